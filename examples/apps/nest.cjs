// NestJS on express. Without a compiler the decorators are called by hand, which is what TypeScript makes of them.
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
