import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, pidOf, portOf, program } from './harness.js';

/** The programs of the README of 2012, word for word but for the package's name, port 0, a folder of the test's, and express 5, which has no `app.configure`. */
const clusterJs = (more = '') => `
var cluster = require('proteus-cluster').cluster;
var conf = {};
conf.worker = 4;
conf.pid = 'proteus.pid';
conf.exec = 'worker.js';
conf.disconnectTimeout = 5000;
cluster(conf);
${more}`;

const workerJs = (more = '') => `
// 通常通りの実装を行う
var express = require('express');
var app = express();
var port = 0;
app.get('/', function(req, res) {
	res.send('running worker '+process.pid);
});
app.listen(port);
${more}`;

/** What these tests know of it beside that: the events. */
const eavesdrop = `
require('proteus-cluster').events$.subscribe(function(event) {
	process.stdout.write('\\x1e' + JSON.stringify(event) + '\\n');
});
`;

const start = async (cluster: string, worker: string) => {
  const folder = fresh({ 'cluster.js': eavesdrop + cluster, 'worker.js': worker });
  const running = program(folder, process.execPath, ['cluster.js']);
  await running.event(({ type }) => type === 'started' || type === 'end');
  return { folder, running };
};

test('use cluster process, use graceful restart (kill -SIGUSR2), use graceful shutdown (kill -SIGINT)', async () => {
  const { folder, running } = await start(clusterJs(), workerJs());
  expect(readFileSync(join(folder, 'proteus.pid'), 'utf8')).toBe(`${running.pid}\n`);
  expect(running.past('ready')).toHaveLength(4);
  const port = portOf(await running.event('listening'));
  expect(running.past('fork').map((fork) => `running worker ${pidOf(fork)}`)).toContain(await get(port));
  expect(running.output).toContain('"event":"started"');

  running.signal('SIGUSR2');
  expect(await running.event('restart-end')).toMatchObject({ result: { outcome: 'done', replaced: [1, 2, 3, 4] } });
  expect(running.past('fork')).toHaveLength(8);
  const second = running.past('fork').slice(4);
  expect(second.map((fork) => `running worker ${pidOf(fork)}`)).toContain(await get(port));

  running.signal('SIGINT');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(new Set(running.past('exit').map(({ requested, code }) => `${requested} ${code}`))).toEqual(
    new Set(['true 0']),
  );
  expect(running.past('exit')).toHaveLength(8);
  expect(existsSync(join(folder, 'proteus.pid'))).toBe(false);
});

test('use graceful restart (cluster.restart()), use graceful shutdown (cluster.shutdown())', async () => {
  const { running } = await start(
    clusterJs(`
process.once('SIGUSR1', function() {
cluster.restart();
process.once('SIGUSR1', function() {
cluster.shutdown();
});
});`),
    workerJs(),
  );
  running.signal('SIGUSR1');
  expect(await running.event('restart')).toMatchObject({ why: 'restart()' });
  expect(await running.event('replace-end')).toMatchObject({ slot: 1, worker: { generation: 2 } });
  running.signal('SIGUSR1');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('shutdown')).toMatchObject([{ why: 'shutdown()', force: false }]);
});

test('use message listener', async () => {
  const { running } = await start(
    clusterJs(`
var logger = { info: function(text) { console.log('logger: ' + text); } };
cluster.addMessageListener('fromWorker', function(msg) {
	logger.info(msg.msg);
});`),
    workerJs(`process.send({cmd: 'fromWorker', msg: 'sending message to master'});`),
  );
  const heard = await running.printed(/(logger: sending message to master\n[^]*){4}/);
  expect(heard).toHaveLength(2);
});

test('the other functions of 2012: removeMessageListener, sendMessage, forceShutdown', async () => {
  const { running } = await start(
    clusterJs(`
function listener(msg, worker) {
	console.log('once ' + worker.slot);
	cluster.removeMessageListener('fromWorker');
	cluster.sendMessage({cmd: 'echo'});
}
cluster.addMessageListener('fromWorker', listener);
cluster.addMessageListener('echoed', function() { cluster.forceShutdown(); });`),
    workerJs(`
process.on('message', function(message) { process.send({cmd: message.cmd + 'ed'}); });
process.send({cmd: 'fromWorker'});
setInterval(function() {}, 1000);`),
  );
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.output.match(/once \d/g)).toHaveLength(1);
  expect(running.past('exit').map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL']);
});

test('when it gives up, the code is 1, and the log names the limit', async () => {
  const folder = fresh({
    'cluster.js': `require('proteus-cluster').cluster({ worker: 1, pid: 'proteus.pid', exec: 'worker.js', maxForkCount: 2 });`,
    'worker.js': `throw new Error('broken');`,
  });
  const running = program(folder, process.execPath, ['cluster.js']);
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.output).toMatch(/"level":50.*"ForkLimitError".*gave up.*maxForkCount/);
  expect(existsSync(join(folder, 'proteus.pid'))).toBe(false);
});

test('exec may be the file itself: in a worker cluster() and cluster$ do nothing, and isWorker is the role', async () => {
  const both = `
    const { cluster, cluster$, isWorker, events$ } = require('proteus-cluster');
    if (!isWorker) events$.subscribe((event) => process.stdout.write('\\x1e' + JSON.stringify(event) + '\\n'));
    cluster({ worker: 2, pid: 'both.pid', log: false });
    if (isWorker) {
      let heard = 0;
      cluster$({ worker: 'of no interest here' }).subscribe({ next: () => heard++, error: () => heard++, complete: () => heard++ });
      require('node:http').createServer((request, response) => response.end(JSON.stringify({ heard }))).listen(0, '127.0.0.1');
    }`;
  const folder = fresh({ 'both.js': both });
  const running = program(folder, process.execPath, ['both.js']);
  await running.event('started');
  expect(await get(portOf(await running.event('listening')))).toBe('{"heard":0}');
  expect(readFileSync(join(folder, 'both.pid'), 'utf8')).toBe(`${running.pid}\n`);
  expect(running.past('fork').map(({ worker }) => worker?.cluster)).toEqual(['both', 'both']);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

/** Calls everything, and prints what throws or rejects. */
const calls = (where: string) => `
    const { cluster } = require('proteus-cluster');
    process.on('unhandledRejection', (why) => console.log('${where} rejected ' + why));
    const all = () => {
      for (const name of ['sendMessage', 'shutdown', 'forceShutdown', 'restart']) {
        try { cluster[name]({ cmd: 'x' }); } catch (error) { console.log('${where} threw ' + error); }
      }
    };`;

test('in a worker, before the start and after the end restart, shutdown, forceShutdown and sendMessage do nothing', async () => {
  const folder = fresh({
    'cluster.js': `${calls('master')} ${eavesdrop}
      all();
      cluster.restart().then(({ outcome }) => console.log('master restart: ' + outcome));
      cluster({ worker: 1, pid: 'proteus.pid', exec: 'worker.js', log: false, args: [] });
      cluster.addMessageListener('tried', () => { cluster.shutdown().then(() => { all(); setImmediate(() => console.log('master: all done')); }); });`,
    'worker.js': `${calls('worker')}
      cluster({ worker: 0 });
      all();
      setImmediate(() => process.send({ cmd: 'tried' }));`,
  });
  const running = program(folder, process.execPath, ['cluster.js']);
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toBe('master restart: cancelled\nmaster: all done\n');
  expect(running.past('exit')).toMatchObject([{ requested: true }]);
  expect(running.past('restart')).toEqual([]);
});

test('a second cluster(conf) is ignored with a warning, conf.api is said to be replaced, and what was false in 2012 is the default', async () => {
  const { running } = await start(
    `
    var cluster = require('proteus-cluster').cluster;
    cluster({ worker: 1, exec: 'worker.js', pid: 'proteus.pid', disconnectTimeout: 0, maxForkCount: null, args: '', api: { listen: '127.0.0.1', port: 0 } });
    cluster({ worker: 'many', exec: 'nothing.js' });`,
    workerJs(),
  );
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('fork')).toHaveLength(1);
  // Asked, and not killed at once.
  expect(running.past('kill')).toEqual([]);
  expect(running.output).toMatch(
    /\[PROTEUS_CLUSTER_API\] ProteusClusterWarning: cluster\(conf\): conf\.api is ignored.*docs\/from-2012\.md/,
  );
  expect(running.output).toMatch(
    /\[PROTEUS_CLUSTER_RUNNING\] ProteusClusterWarning: cluster\(conf\) is ignored: a cluster is running/,
  );
});

test.each([
  ['shutdown()', "cluster.addMessageListener('up', function() { cluster.shutdown(); });", 0],
  ['forceShutdown()', "cluster.addMessageListener('up', function() { cluster.forceShutdown(); });", 1],
  [
    'shutdown() and then forceShutdown()',
    "cluster.addMessageListener('up', function() { cluster.shutdown(); cluster.forceShutdown(); });",
    1,
  ],
])('after %s the process ends, whatever else is open in it', async (_, more, code) => {
  const { running, folder } = await start(
    clusterJs(`setInterval(function() {}, 1000); require('http').createServer().listen(0); ${more}`),
    workerJs(`process.send({cmd: 'up'}); setInterval(function() {}, 1000);`),
  );
  expect(await running.ended()).toEqual({ code, signal: null });
  expect(existsSync(join(folder, 'proteus.pid'))).toBe(false);
});

test.each(['5', 'null', '{ signals: 5 }', '{ worker: -1 }'])('cluster(%s) throws at once', async (conf) => {
  const folder = fresh({
    'cluster.js': `try { require('proteus-cluster').cluster(${conf}); } catch (error) { console.log(error.name + ': ' + error.message); }`,
  });
  const running = program(folder, process.execPath, ['cluster.js']);
  await running.ended();
  expect(running.output).toMatch(/^ConfigError: (the configuration|signals|worker): expected /);
});
