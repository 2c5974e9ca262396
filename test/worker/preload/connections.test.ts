import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type * as Connections from '../../../src/worker/preload/connections.js';

// The preload has a state of its own: each test loads it anew, as each worker does.
const load = async (): Promise<typeof Connections> => {
  vi.resetModules();
  return import('../../../src/worker/preload/connections.js');
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What these files need of a socket, and when it was destroyed. */
class Wire extends EventEmitter {
  bytesRead = 0;
  bytesWritten = 0;
  written = '';
  readonly writable = true;
  destroyed: number | undefined;
  constructor(more: object = {}) {
    super();
    Object.assign(this, more);
  }
  write(text: string) {
    this.written += text;
    this.bytesWritten += text.length;
  }
  destroy() {
    this.destroyed ??= performance.now();
    this.emit('close');
  }
  destroySoon() {
    this.destroy();
  }
}

class Response extends EventEmitter {
  shouldKeepAlive = true;
  headersSent = false;
  writableFinished = false;
  constructor() {
    super();
    this.prependOnceListener('close', () => (this.writableFinished = true));
  }
}

// They stand in for what Node has.
/* oxlint-disable typescript/no-unsafe-type-assertion */
const asSocket = (wire: Wire) => wire as unknown as Socket;
const asResponse = (response: Response) => response as unknown as ServerResponse;
const serverOf = (more: object) => Object.assign(new EventEmitter(), more) as unknown as Server;
/* oxlint-enable typescript/no-unsafe-type-assertion */

/** The responses of a connection, in the order of their requests. */
const queues = new WeakMap<Wire, Response[]>();
const ofNode: unknown = Reflect.get(process, '_getActiveHandles');

const http = { keepAliveTimeout: 5_000 };
const secure = { setSecureContext: () => {} };

/** A worker with one server, and its connections. `lists`: whether Node lists what is open. */
const worker = async (kind: object, lists = true) => {
  const connections = await load();
  const open = new Set<unknown>();
  Reflect.set(process, '_getActiveHandles', lists ? () => [...open, server] : undefined);
  onTestFinished(() => void Reflect.set(process, '_getActiveHandles', ofNode));
  const parsers = new Set<unknown>();
  const server = serverOf({
    ...kind,
    listening: true,
    [Symbol('http.server.connections')]: { idle: () => [...parsers] },
  });
  connections.follow(server);
  const told: string[] = [];
  return {
    server,
    told,
    open: (more: object = {}, name = 'connection') => {
      const parser = {};
      const wire = new Wire({ _server: server, parser, ...more });
      parsers.add(parser);
      // A TLS connection is listed as the socket below it.
      if (name === 'connection') open.add(wire);
      wire.once('close', () => open.delete(wire));
      server.emit(name, wire);
      return wire;
    },
    /** Node has read the beginning of a request. */
    begin: (wire: Wire) => {
      wire.bytesRead += 5;
      parsers.delete(Reflect.get(wire, 'parser'));
    },
    ask: (wire: Wire, bytes = 10) => {
      const response = new Response();
      wire.bytesRead += bytes;
      parsers.add(Reflect.get(wire, 'parser'));
      connections.onRequest(asSocket(wire), asResponse(response), server);
      // As Node does it after it has announced the request.
      const waiting = queues.get(wire) ?? [];
      queues.set(wire, waiting);
      waiting.push(response);
      const show = () => Reflect.set(wire, '_httpMessage', waiting.at(0));
      show();
      response.prependOnceListener('close', () => {
        waiting.shift();
        show();
      });
      return response;
    },
    /** Passes a connection to a server that does not listen. */
    hand: () => {
      const wire = new Wire({ server: serverOf({ ...kind, listening: false }) });
      open.add(wire);
      return wire;
    },
    leave: (grace: number) => {
      connections.endWithLastAnswer([server]);
      connections.closeIdle(grace, (count, why) => told.push(`${count}: ${why}`));
    },
    pauseAndResume: (meanwhile = () => {}) => {
      connections.endWithLastAnswer([server]);
      meanwhile();
      connections.keepOpen();
    },
    cut: () => connections.closeAll((count, why) => told.push(`${count}: ${why}`), 'cut'),
  };
};

const begun = () => performance.now();

test('a server that closes while it is out of rotation, and listens again, is not tracked once more each time', async () => {
  const { server, pauseAndResume } = await worker(http);
  const before = server.listenerCount('connection');
  for (let cycle = 0; cycle < 3; cycle += 1) pauseAndResume(() => server.emit('close'));
  expect(server.listenerCount('connection')).toBe(before);
});

test.each([true, false])(
  'an idle connection has the grace, and one that was answered later has it from then (Node lists them: %s)',
  async (lists) => {
    const { open, ask, leave, told } = await worker(http, lists);
    const idle = open();
    ask(idle).emit('close');
    const late = open();
    const answer = ask(late);
    answer.headersSent = true;
    const start = begun();
    leave(6_000);
    vi.advanceTimersByTime(7_500);
    expect(idle.destroyed).toBe(start + 6_000);
    // Its headers had promised that the connection is kept.
    answer.emit('close');
    vi.advanceTimersByTime(5_900);
    expect(late.destroyed).toBeUndefined();
    vi.advanceTimersByTime(2_000);
    expect(late.destroyed).toBeDefined();
    expect(told).toEqual([]);
  },
);

test('a connection on which something comes is not closed before it has been silent for a second', async () => {
  const { open, leave, told } = await worker(http);
  const wire = open();
  leave(2_000);
  for (let at = 0; at < 5; at += 1) {
    vi.advanceTimersByTime(900);
    wire.bytesRead += 1;
  }
  expect(wire.destroyed).toBeUndefined();
  vi.advanceTimersByTime(2_500);
  expect(wire.destroyed).toBeDefined();
  expect(wire.written).toMatch(/^HTTP\/1.1 408 /);
  expect(told).toEqual(['1: half a request had come, and nothing for 1000 ms']);
});

test('half a request that came before is answered 408, and a whole one is not', async () => {
  const { open, ask, begin, leave, told } = await worker(http);
  const [whole, first, next] = [open(), open(), open()];
  for (const wire of [whole, next]) ask(wire).emit('close');
  for (const wire of [first, next]) begin(wire);
  leave(2_000);
  vi.advanceTimersByTime(4_000);
  expect([whole, first, next].map(({ written }) => written.slice(0, 12))).toEqual(['', 'HTTP/1.1 408', 'HTTP/1.1 408']);
  expect([whole, first, next].every(({ destroyed }) => destroyed !== undefined)).toBe(true);
  expect(told).toEqual(['2: half a request had come, and nothing for 1000 ms']);
});

test('of requests that were pipelined before, only the last answer says that the connection ends', async () => {
  const { open, ask, leave } = await worker(http);
  const wire = open();
  const [first, second, third] = [ask(wire), ask(wire), ask(wire)];
  first.emit('close');
  leave(1_000);
  expect([first, second, third].map(({ shouldKeepAlive }) => shouldKeepAlive)).toEqual([true, true, false]);
});

test('a worker that does not leave listens to no connection and no answer', async () => {
  const { server, open, ask } = await worker(http);
  const wire = open();
  const answer = ask(wire);
  expect(server.listenerCount('connection')).toBe(0);
  // These are the test's own.
  expect([wire.listenerCount('close'), answer.listenerCount('close')]).toEqual([1, 2]);
});

test('of pipelined requests only the last answer says that the connection ends', async () => {
  const { open, ask, leave } = await worker(http);
  const wire = open();
  const first = ask(wire);
  leave(1_000);
  expect(first.shouldKeepAlive).toBe(false);
  const [second, third] = [ask(wire), ask(wire)];
  expect([first, second, third].map(({ shouldKeepAlive }) => shouldKeepAlive)).toEqual([true, true, false]);
});

test('what the client or the application has closed is not kept, and what has been said is not taken back', async () => {
  const { open, ask, leave } = await worker(http);
  const wire = open();
  const first = ask(wire);
  first.shouldKeepAlive = false;
  const second = ask(wire);
  leave(1_000);
  second.headersSent = true;
  const third = ask(wire);
  expect([first, second, third].map(({ shouldKeepAlive }) => shouldKeepAlive)).toEqual([false, false, false]);
});

test.each([
  ['HTTP/1', http, {}, 'connection', true],
  ['HTTP/1 over TLS', { ...http, ...secure }, { encrypted: true }, 'secureConnection', true],
  ['TLS that never shakes hands', secure, { bytesRead: 5 }, 'connection', true],
  [
    'HTTP/1 beside HTTP/2',
    { ...secure, session: true },
    { encrypted: true, alpnProtocol: 'http/1.1' },
    'secureConnection',
    true,
  ],
  ['HTTP/2', { ...secure, session: true }, { encrypted: true, alpnProtocol: 'h2' }, 'secureConnection', false],
  ['HTTP/2 without TLS', { session: true }, {}, 'connection', false],
  ['raw TCP', {}, {}, 'connection', false],
])('a silent connection of %s is closed after the grace, or left to the cut', async (_, kind, more, name, closed) => {
  const { server, open, ask, leave, cut, told } = await worker(kind);
  if ('session' in kind)
    server.emit('session', Object.assign(new EventEmitter(), { close: () => {}, destroy: () => {} }));
  // Another one of the server has asked by HTTP/1.
  if (name === 'secureConnection') ask(open({ encrypted: true, alpnProtocol: 'http/1.1' }, name)).emit('close');
  const wire = open(more, name);
  if (!closed) wire.bytesRead = 5;
  leave(2_000);
  vi.advanceTimersByTime(4_100);
  expect(wire.destroyed !== undefined).toBe(closed);
  cut();
  expect(wire.destroyed).toBeDefined();
  expect(told).toEqual(closed ? [] : ['1: cut']);
});

test('raw TCP on which nothing has ever been received or sent is closed after the grace', async () => {
  const { open, leave } = await worker({});
  const wire = open();
  leave(2_000);
  vi.advanceTimersByTime(2_000);
  expect(wire.destroyed).toBeDefined();
});

test.each(['upgrade', 'connect'])(
  'a connection after %s is left to the cut, and no listener is added where there is none',
  async (name) => {
    const { server, open, leave, cut, told } = await worker(http);
    expect(server.listenerCount(name)).toBe(0);
    server.on(name, () => {});
    expect(server.listenerCount(name)).toBe(2);
    const wire = open();
    server.emit(name, { headers: {} }, wire);
    leave(1_000);
    vi.advanceTimersByTime(9_000);
    expect(wire.destroyed).toBeUndefined();
    cut();
    expect(wire.destroyed).toBeDefined();
    expect(told).toEqual(['1: cut']);
  },
);

test('a connection that is passed to a server gets Connection: close, and is otherwise left alone', async () => {
  const { ask, hand, leave, cut, told } = await worker(http);
  const wire = hand();
  const [first, second] = [ask(wire), ask(wire)];
  leave(1_000);
  expect([first, second].map(({ shouldKeepAlive }) => shouldKeepAlive)).toEqual([true, false]);
  first.emit('close');
  second.emit('close');
  vi.advanceTimersByTime(9_000);
  cut();
  expect([wire.destroyed, told]).toEqual([undefined, []]);
  expect(ask(wire).shouldKeepAlive).toBe(false);
});

test('a worker that is paused again and again listens to each server and each answer as after the first time', async () => {
  const { server, open, ask, hand, pauseAndResume } = await worker(http);
  const wires = [open(), hand()];
  const answers = wires.map((wire) => ask(wire));
  const listeners = () => [server, ...wires, ...answers].map((emitter) => emitter.listenerCount('close'));
  pauseAndResume();
  const after = listeners();
  for (let pauses = 1; pauses < 11; pauses += 1) pauseAndResume();
  expect(listeners()).toEqual(after);
});
