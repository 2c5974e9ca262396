import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splice } from '../../src/log/splice.js';

const worker = { id: 7, slot: 2, generation: 3, pid: 4711, cluster: 'wëb' };
const written = (text: string | Buffer, output: 'stdout' | 'stderr' = 'stdout') => {
  const { text: out, lines } = splice({ worker, output }).lines(Buffer.from(text));
  const records = Buffer.from(out, 'latin1').toString().split('\n');
  expect(records.pop()).toBe('');
  expect(lines).toBe(records.length);
  return records;
};
const read = (text: string | Buffer, output?: 'stdout' | 'stderr'): readonly unknown[] =>
  written(text, output).map((line): unknown => JSON.parse(line));

test('a JSON line gets `worker` as its first field and is otherwise unchanged', () => {
  const lines = ['"level":30,"msg":"a  b", "n":1.0}', '"name":"é", "n":1.0 } ', '"a":1}\r', '"level":30}\r'];
  expect(written(lines.map((line) => `{${line}\n`).join(''))).toEqual(
    lines.map((line) => `{"worker":${JSON.stringify(worker)},${line}`),
  );
});

test("a worker's own field `worker` hides the real one neither from readers that take the first of two nor from those that take the last", () => {
  const [real, own] = [`"worker":${JSON.stringify(worker)}`, '"worker":{"slot":9}'];
  const escaped = String.raw`"\u0077ork\u0065r":1`;
  expect(
    written(`{"level":30,${own}}\n{"a":1,${own} } \r\n{${escaped}}\n{"n":{${own}}}\n{"level":oops,${own}}\n`),
  ).toEqual([
    `{${real},"level":30,${own},${real}}`,
    `{${real},"a":1,${own} ,${real}} \r`,
    `{${real},${escaped},${real}}`,
    `{${real},"n":{${own}}}`,
    `{${real},"level":oops,${own}}`,
  ]);
  expect(read(Buffer.from(`{${own},"a":"\xff"}\n`, 'latin1'))).toEqual([{ worker, malformed: 'UTF-8', a: '\u{fffd}' }]);
});

test('any other line becomes a record of level info or error', () => {
  const time = expect.any(Number);
  expect(read('hello "you"\n\n{ a: 1 }\n{}\n[1]\r\n')).toEqual(
    ['hello "you"', '', '{ a: 1 }', '{}', '[1]'].map((msg) => ({ level: 30, time, worker, msg })),
  );
  expect(read('bad\n', 'stderr')).toEqual([{ level: 50, time, worker, msg: 'bad' }]);
});

test('invalid JSON and invalid UTF-8 are marked as malformed; a line that begins as pino writes it is not parsed', () => {
  const lookalikes = ['{"level":30,"ms', '{"a":oops}', '{"level" :oops}', '{"lev', '{"'];
  expect(read(lookalikes.map((line) => `${line}\n`).join(''))).toEqual(
    lookalikes.map((msg) => ({ level: 30, time: expect.any(Number), worker, malformed: 'JSON', msg })),
  );
  expect(written('{"level":oops}\n')).toEqual([`{"worker":${JSON.stringify(worker)},"level":oops}`]);
  expect(read(Buffer.from('ok\na\xff\n{"a":"\xff"}\n{"a":\xff}\n', 'latin1'))).toMatchObject([
    { msg: 'ok' },
    { malformed: 'UTF-8', msg: 'a\u{fffd}' },
    { malformed: 'UTF-8', a: '\u{fffd}', worker },
    { malformed: 'UTF-8', msg: '{"a":\u{fffd}}' },
  ]);
});

test('a stack whose lines arrive together is one record, with the fields and the cause of the error', () => {
  const error =
    'Error: no\n    at pay (shop.js:1:2)\n    at main {\n  code: 17,\n  [cause]: Error: why\n      at net (x.js:3:4)\n}';
  const time = expect.any(Number);
  expect(read(`before\n${error}\nafter\n{"a":1}\n  at noon\n`, 'stderr')).toEqual([
    { level: 50, time, worker, msg: 'before' },
    { level: 50, time, worker, msg: error },
    { level: 50, time, worker, msg: 'after' },
    { worker, a: 1 },
    { level: 50, time, worker, msg: '  at noon' },
  ]);
  expect(read('Error: no\r\n    at main\r\n')).toMatchObject([{ msg: 'Error: no\n    at main' }]);
  expect(read('a list\n  one\n  two\n')).toMatchObject([{ msg: 'a list' }, { msg: '  one' }, { msg: '  two' }]);
});

test('a piece of a line has its number', () => {
  const { text } = splice({ worker, output: 'stdout' }).piece(Buffer.from('{"a"'), 3, false);
  expect(JSON.parse(text)).toMatchObject({ worker: { slot: 2 }, msg: '{"a"', part: 3, last: false });
});

test('any lines become as many records, and JSON lines are unchanged', () => {
  const line = fc.oneof(
    fc.json().map((json) => Buffer.from(json)),
    fc
      .dictionary(
        fc.string().filter((key) => key !== 'worker'),
        fc.jsonValue(),
      )
      .map((object) => Buffer.from(JSON.stringify(object))),
    fc.json().map((json) => Buffer.from(`{"${json}}`)),
    fc.uint8Array().map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a))),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const records = written(Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.from('\n')])));
      expect(records).toHaveLength(lines.length);
      for (const [index, bytes] of lines.entries()) expect(keeps(records[index] ?? '', bytes)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

/** Whether a JSON line is unchanged, and any other line is the message. */
const keeps = (record: string, line: Buffer): boolean => {
  const text = line.toString();
  if (isObject(text)) return record.endsWith(text.slice(1));
  const { msg }: { readonly msg: unknown } = JSON.parse(record);
  return msg === text.replace(/\r$/, '');
};

const isObject = (text: string): boolean => {
  try {
    JSON.parse(text);
    return text.startsWith('{"');
  } catch {
    return false;
  }
};
