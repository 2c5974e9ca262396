// NestJS on express. There is no compiler here, so the code calls the decorators as functions, which is what TypeScript compiles them to.
require('reflect-metadata');
const { Controller, Get, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { ExpressAdapter } = require('@nestjs/platform-express');

class HelloController {
  hello() {
    return { hello: 'world', pid: process.pid };
  }
}
Get()(HelloController.prototype, 'hello', Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello'));
Controller()(HelloController);

class AppModule {}
Module({ controllers: [HelloController] })(AppModule);

void NestFactory.create(AppModule, new ExpressAdapter(), { logger: ['error', 'warn'] }).then((app) =>
  app.listen(process.env.PORT ?? 8080),
);
