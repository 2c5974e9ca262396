import { expect, test } from 'vitest';
import {
  atLeast,
  ConfigError,
  cluster,
  cmd,
  is,
  messages$,
  observe,
  request,
  send,
  writtenBy,
  writtenWithin,
} from '../src/index.js';

/** As it is called where nothing checks types. */
const call =
  (act: (...args: never) => unknown, ...args: unknown[]) =>
  (): unknown =>
    Reflect.apply(act, undefined, args);

test.each([
  [call(is, 'nope'), /^is\(\): expected the type of an event, got "nope"\. There are 'fork', .*'end'/],
  [call(is, 'exits'), 'is(): expected the type of an event, got "exits". Did you mean \'exit\'?'],
  [
    call(atLeast, 'loud'),
    `atLeast(): expected a level of pino, or a number, got "loud". There are 'trace', 'debug', 'info', 'warn', 'error', 'fatal'`,
  ],
  [call(atLeast, 'wran'), `atLeast(): expected a level of pino, or a number, got "wran". Did you mean 'warn'?`],
  [call(atLeast, Number.NaN), 'atLeast(): expected a level, got NaN'],
  [call(writtenBy, { slt: 1 }), 'writtenBy().slt: is not an option. Did you mean writtenBy().slot?'],
  [call(writtenBy, { slot: '1' }), 'writtenBy().slot: expected a number, got "1"'],
  [call(writtenBy), /^writtenBy\(\): expected an object with some of cluster, slot, .*, got undefined$/],
  [
    call(writtenWithin, { since: 'yesterday' }),
    'writtenWithin().since: expected a time in ms since the epoch, or a Date that is valid, got "yesterday"',
  ],
  [
    call(writtenWithin, { until: new Date('yesterday') }),
    'writtenWithin().until: expected a time in ms since the epoch, or a Date that is valid, got an invalid Date',
  ],
  [call(writtenWithin, { from: 1 }), 'writtenWithin().from: is not an option. There are since, until'],
  [call(cmd, 5), 'cmd(): expected a command (a string that is not empty), got 5'],
  [call(send, {}, { slt: 9 }), 'send().slt: is not an option. Did you mean send().slot?'],
  [call(request, {}, { to: { slt: 9 } }), 'request().slt: is not an option. Did you mean request().slot?'],
  [call(observe, 'a', { to: { slt: 9 } }), 'observe().slt: is not an option. Did you mean observe().slot?'],
  [call(send, {}, 'all'), 'send(): expected { cluster: name }, { slot: 1 }, a worker, or nothing, got "all"'],
])('%# what is no argument is a ConfigError that says what is', (wrong, message) => {
  expect(wrong).toThrow(ConfigError);
  expect(wrong).toThrow(message);
});

test('a command without a schema is no operator, and that is said where it is taken for one', () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const operator = cmd('hit') as never;
  expect(() => messages$.pipe(operator)).toThrow(
    "cmd('hit'): is a predicate, not an operator. Write messages$.pipe(filter(cmd('hit'))), or give it a schema: messages$.pipe(cmd('hit', schema))",
  );
});

test('what a worker of workers$ has besides its slot is no mistake', () => {
  const worker = { id: 1, slot: 1, generation: 1, pid: 1, cluster: 'web', ready: true, leaving: false };
  expect(writtenBy(worker)({ worker })).toBe(true);
});

test('addMessageListener() names itself', () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => cluster.addMessageListener(5 as never, () => {})).toThrow(
    'addMessageListener(): expected a command (a string that is not empty), got 5',
  );
});
