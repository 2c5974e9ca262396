import { EMPTY } from 'rxjs';
import { expect, test } from 'vitest';
import { observe } from '../../src/api/messages/observe.js';
import { request } from '../../src/api/messages/request.js';
import { route } from '../../src/api/messages/route.js';
import { expose } from '../../src/worker/api/expose.js';
import { request as ask } from '../../src/worker/api/request.js';
import { route as routeThere } from '../../src/worker/api/route.js';
import { publish, topic$ } from '../../src/worker/api/topics.js';

/** As it is called from JavaScript. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const untyped = (call: unknown) => call as (...args: readonly unknown[]) => unknown;

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

test.each([
  [
    'request of the master',
    request,
    [{}, 7],
    'request(): expected { timeout, to }, or nothing, after the message, got 7',
  ],
  [
    'request of the master',
    request,
    [{}, { timeot: 1 }],
    'request().timeot: is not an option. Expected one of timeout, to',
  ],
  [
    'request of the master',
    request,
    [{}, { timeout: -1 }],
    'request().timeout: expected a time in ms, 0 or more, got -1',
  ],
  [
    'request of the master',
    request,
    [{}, { to: 'all' }],
    'request(): expected { cluster: name }, { slot: 1 }, a worker, or nothing, got "all"',
  ],
  ['request of a worker', ask, [{}, 7], 'request(): expected { timeout }, or nothing, after the message, got 7'],
  ['request of a worker', ask, [{}, { to: 1 }], 'request().to: is not an option. Expected one of timeout'],
  [
    'request of a worker',
    ask,
    [{}, { timeout: {} }],
    'request().timeout: expected a time in ms, 0 or more, got an object',
  ],
  ['observe', observe, [''], "observe(): expected a name (a string that is not empty), got ''"],
  [
    'observe',
    observe,
    ['a', null],
    'observe(): expected { to, credit, project }, or nothing, after the name, got null',
  ],
  [
    'observe',
    observe,
    ['a', []],
    'observe(): expected { to, credit, project }, or nothing, after the name, got an array',
  ],
  [
    'observe',
    observe,
    ['a', { credits: 1 }],
    'observe().credits: is not an option. Expected one of to, credit, project',
  ],
  ['observe', observe, ['a', { credit: 0.5 }], 'observe().credit: expected a whole number from 1, got 0.5'],
  [
    'observe',
    observe,
    ['a', { project: EMPTY }],
    'observe().project: expected a function that takes { worker, value }, got an object',
  ],
  ['expose', expose, [7, () => EMPTY], 'expose(): expected a name (a string that is not empty), got number'],
  [
    'expose',
    expose,
    ['a', EMPTY],
    'expose(): expected a function that returns a stream as the second argument, got object',
  ],
  ['publish', publish, [undefined, 1], 'publish(): expected a name (a string that is not empty), got undefined'],
  ['publish', publish, ['a', 1, 'fleet'], 'publish(): expected { scope }, or nothing, after the data, got "fleet"'],
  ['publish', publish, ['a', 1, { scope: 'world' }], "publish().scope: expected 'cluster' or 'fleet', got \"world\""],
  ['topic$', topic$, ['a', { of: 1 }], 'topic$().of: is not an option. Expected one of scope'],
  ['topic$', topic$, [7], 'topic$(): expected a name (a string that is not empty), got number'],
  ['route of the master', route, [], 'route(): expected an object with a handler for each command, got undefined'],
  ['route of the master', route, [{ a: 7 }], 'route().a: expected a function that takes the message, got number'],
  ['route of a worker', routeThere, ['a'], 'route(): expected an object with a handler for each command, got "a"'],
])('%s says at once what is wrong: %#', (_, call, args, message) => {
  expect(errorOf(() => untyped(call)(...args))).toMatchObject({
    name: 'ConfigError',
    message: message,
  });
});
