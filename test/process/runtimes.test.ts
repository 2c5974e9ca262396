import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, imports, master, pidOf, portOf, program, workers } from './harness.js';

const answer = `(request, response) => response.end(String(process.pid))`;

test.each([
  [
    'express, CommonJS',
    'worker.cjs',
    `const app = require('express')();
     app.get('/', (request, response) => { response.send(String(process.pid)); });
     app.listen(0, '127.0.0.1');`,
  ],
  [
    'express, ESM',
    'worker.mjs',
    `import express from 'express';
     express().get('/', (request, response) => { response.send(String(process.pid)); }).listen(0, '127.0.0.1');`,
  ],
  [
    'fastify, ESM, with a top-level await',
    'worker.mjs',
    `import Fastify from 'fastify';
     const app = Fastify();
     app.get('/', async () => String(process.pid));
     await app.listen({ port: 0, host: '127.0.0.1' });`,
  ],
  [
    'fastify, CommonJS',
    'worker.cjs',
    `const app = require('fastify')();
     app.get('/', (request, reply) => { reply.send(String(process.pid)); });
     app.listen({ port: 0, host: '127.0.0.1' });`,
  ],
  ['node:http, CommonJS', 'worker.cjs', `require('node:http').createServer(${answer}).listen(0, '127.0.0.1');`],
  ['node:http, ESM', 'worker.mjs', workers.http],
])('a worker serves, is rolled and leaves: %s', async (_, exec, source) => {
  const running = master(fresh({ [exec]: source }), { worker: 1, exec });
  await running.event('started');
  const port = portOf(await running.event('listening'));
  expect(await get(port)).toBe(String(pidOf(await running.event('ready'))));
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  const [, second] = running.past('ready');
  expect(await get(port)).toBe(String(second?.worker?.pid));
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('exit')).toMatchObject([
    { requested: true, code: 0 },
    { requested: true, code: 0 },
  ]);
  expect(running.past('kill')).toEqual([]);
});

/** Whether Node strips types without being asked to. */
const stripsTypes = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
};

test('a TypeScript worker runs where Node strips types, and says clearly what is wrong where it does not', async () => {
  const folder = fresh({
    'package.json': '{ "type": "module" }',
    'worker.ts': `
      import { createServer, type ServerResponse } from 'node:http';
      const pid: string = String(process.pid);
      createServer((_, response: ServerResponse) => response.end(pid)).listen(0, '127.0.0.1');`,
  });
  const running = master(folder, { worker: 1, exec: 'worker.ts', maxForkCount: 1 });
  const { type, error } = await running.event((told) => told.type === 'started' || told.type === 'failed');
  const served = { type: 'started', why: undefined };
  const refused = { type: 'failed', why: expect.stringMatching(/worker 1 .*Unknown file extension "\.ts"/) };
  expect({ type, why: error?.message }).toEqual(stripsTypes(process.versions.node) ? served : refused);
});

test.each([
  ['master.cjs', `const { cluster$ } = require('proteus-cluster');`],
  ['master.mjs', `import { cluster$ } from 'proteus-cluster';`],
])('a master may be CommonJS or ESM: %s', async (file, load) => {
  const folder = fresh({
    'worker.mjs': workers.http,
    [file]: `${load}
      cluster$({ worker: 1, exec: 'worker.mjs', pid: 'master.pid' }).subscribe();`,
  });
  const running = program(folder, process.execPath, [file]);
  await running.printed(/ready after/);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

test('import and require share one instance: what one starts the other receives', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  writeFileSync(
    join(folder, 'both.mjs'),
    `${imports}
     import { createRequire } from 'node:module';
     createRequire(import.meta.url)('proteus-cluster').events$.subscribe(({ type }) => tell({ type: 'heard ' + type }));
     run({ worker: 1, exec: 'worker.mjs' });`,
  );
  const running = program(folder, process.execPath, ['both.mjs']);
  expect(await running.event('heard started')).toBeDefined();
});
