import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { boundedLines } from '../../src/control/boundedLines.js';
import { eventLines } from '../../src/control/eventLines.js';
import { limitLines } from '../../src/control/limitLines.js';
import { shortLine } from '../../src/control/shortLine.js';
import { eventRecord } from '../../src/control/eventRecord.js';
import { type Outgoing, outgoing } from '../../src/control/outgoing.js';
import type { ClusterEvent } from '../../src/index.js';

const shutdown = (why: string): ClusterEvent => ({
  type: 'shutdown',
  force: false,
  why,
  time: 1,
  seq: 1,
  cluster: 'web',
});

/** A client that has room for so many lines, and reads when it is told to. */
const client = (room: number) => {
  const seen: string[] = [];
  const drains: (() => void)[] = [];
  let left = room;
  let ended = false;
  const out: Outgoing = {
    send: (line) => {
      seen.push(line);
      left -= 1;
    },
    waiting: () => (left <= 0 ? Infinity : 0),
    onDrain: (listener) => drains.push(listener),
    onClose: () => {},
    end: () => {
      ended = true;
    },
  };
  const drain = () => {
    left = room;
    for (const listener of drains) listener();
  };
  return { out, drain, seen, ended: () => ended };
};

const ids = (lines: readonly string[]) => lines.map((line) => /"id":(\d+)/.exec(line)?.[1] ?? line);

test('only the last events are kept, by their number and by their characters', () => {
  const record = eventRecord(3, 1_000);
  expect([record.first(), record.last()]).toEqual([1, 0]);
  for (const why of ['a', 'b', 'c', 'd', 'e']) record.add(shutdown(why));
  expect([record.first(), record.last()]).toEqual([3, 5]);
  expect(record.at(2)).toBeUndefined();
  expect(JSON.parse(record.at(3)?.line ?? '')).toEqual({
    id: 3,
    level: 'info',
    text: 'shutdown: c',
    event: shutdown('c'),
  });
  record.add(shutdown('x'.repeat(800)));
  expect([record.first(), record.last()]).toEqual([6, 6]);
});

test('a client that has no room continues where it was, and gets a gap for what is not kept any more', () => {
  const record = eventRecord(3);
  const { out, drain, seen, ended } = client(2);
  for (const why of ['a', 'b', 'c']) record.add(shutdown(why));
  const { finish } = eventLines(record, out, 0);
  expect(ids(seen)).toEqual(['1', '2']);
  drain();
  for (const why of ['d', 'e', 'f', 'g', 'h']) record.add(shutdown(why));
  expect(ids(seen)).toEqual(['1', '2', '3', '4']);
  drain();
  expect(ids(seen).slice(4)).toEqual(['{"gap":{"from":5,"to":5}}', '6']);
  finish('{"result":{}}');
  record.add(shutdown('i'));
  expect(ended()).toBe(false);
  drain();
  // What came after the end was asked for is not sent, and has pushed out an event.
  expect(ids(seen).slice(6)).toEqual(['7', '8', '{"result":{}}']);
  expect(ended()).toBe(true);
});

test('lines without room are dropped, and counted when there is room again', () => {
  const { out, drain, seen } = client(2);
  const send = boundedLines(out);
  for (const line of ['a', 'b', 'c', 'd']) send(line);
  expect(seen).toEqual(['a', 'b']);
  drain();
  send('e');
  send('f');
  expect(seen).toEqual(['a', 'b', '{"dropped":2}', 'e']);
  drain();
  expect(seen.at(-1)).toBe('{"dropped":1}');
});

test('so many lines a second are sent, and the others are counted before the next one', () => {
  let time = 0;
  const sent: string[] = [];
  const limited = limitLines({ perSecond: 2, send: (line) => sent.push(line), now: () => time });
  for (const name of ['a', 'b', 'c', 'd']) limited(() => name);
  time = 1_000;
  limited(() => 'e');
  expect(sent).toEqual(['a', 'b', '{"dropped":2}', 'e']);
});

test('a record becomes a line of a few kB, however long it is', () => {
  const worker = { id: 1, slot: 1, generation: 1, cluster: 'web' };
  const record = { worker, output: 'stdout', level: 30, time: 1, msg: 'x'.repeat(2 ** 20), fields: {} } as const;
  expect(JSON.parse(shortLine(record)).msg).toBe(`${'x'.repeat(2_000)}… (1048576 characters)`);
  expect(JSON.parse(shortLine({ ...record, msg: 'm', fields: { a: 1 } }))).toMatchObject({
    msg: 'm',
    fields: { a: 1 },
  });
  expect(shortLine({ ...record, msg: 'm', fields: { a: 'x'.repeat(10_000) } }).length).toBeLessThan(1_000);
});

/** A client for which so much waits follows, and is sent a line. */
const followed = (waiting: number) => {
  const seen: string[] = [];
  const closes: (() => void)[] = [];
  const out: Outgoing = {
    send: (line) => seen.push(line),
    waiting: () => waiting,
    onDrain: () => {},
    onClose: (listener) => closes.push(listener),
    end: () => {},
  };
  boundedLines(out)('a line');
  return { sent: seen.length === 1, close: () => closes.forEach((listener) => listener()) };
};

test('the more clients follow, the less may wait for each', () => {
  expect(followed(2 ** 18).sent).toBe(true);
  const clients = Array.from({ length: 128 }, () => followed(0));
  expect(clients.every(({ sent }) => sent)).toBe(true);
  expect(followed(2 ** 18).sent).toBe(false);
  expect(followed(2 ** 14).sent).toBe(true);
  for (const { close } of clients) close();
  expect(followed(2 ** 18).sent).toBe(true);
});

/** A response whose client reads what is written when it is told to. */
const slowResponse = (highWaterMark: number) => {
  const unread: (() => void)[] = [];
  let text = '';
  const sink = new Writable({
    highWaterMark,
    decodeStrings: false,
    write: (chunk: unknown, _, done) => {
      text += String(chunk);
      unread.push(done);
    },
  });
  const head = { writeHead: () => {}, flushHeaders: () => {} };
  // What `outgoing` uses of a response.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const response = Object.assign(sink, head) as unknown as ServerResponse;
  return { response, read: () => unread.shift()?.(), text: () => text, ended: () => sink.writableFinished };
};

test('of events only what one write needs waits for a client that does not read', () => {
  const record = eventRecord();
  const { response } = slowResponse(2 ** 14);
  eventLines(record, outgoing(response, 'ndjson'), 0);
  for (let count = 0; count < 5_000; count += 1) record.add(shutdown('x'.repeat(100)));
  expect(response.writableLength).toBeLessThan(20_000);
});

test.each([2 ** 14, 2 ** 16])(
  'a client that reads late gets all events, also if no more come and the stream holds %i bytes',
  async (highWaterMark) => {
    const record = eventRecord();
    for (let count = 0; count < 1_000; count += 1) record.add(shutdown('x'.repeat(100)));
    const { response, read, text, ended } = slowResponse(highWaterMark);
    const { finish } = eventLines(record, outgoing(response, 'ndjson'), 0);
    finish('the end');
    while (!ended()) {
      read();
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setImmediate(resolve));
    }
    const sent = text().trimEnd().split('\n');
    expect([sent.length, sent.at(-1)]).toEqual([1_001, 'the end']);
  },
);
