import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { togetherInTurn } from '../../src/host/togetherInTurn.js';

test('what comes in one turn of the event loop is called in one task, in its order', async () => {
  const called: string[] = [];
  const call = (name: string) =>
    togetherInTurn(() => {
      called.push(name);
      void Promise.resolve().then(() => called.push(`microtask of ${name}`));
    });
  call('one');
  call('two');

  expect(called).toEqual([]);
  await setImmediate();
  expect(called).toEqual(['one', 'two', 'microtask of one', 'microtask of two']);

  call('three');
  await setImmediate();
  expect(called.slice(4)).toEqual(['three', 'microtask of three']);
});
