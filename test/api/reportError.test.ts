import { expect, test } from 'vitest';
import { events$, reportError } from '../../src/index.js';

test('reportError emits an error event, also where no cluster runs', () => {
  const told: unknown[] = [];
  const subscription = events$.subscribe((event) => told.push(event));
  reportError(new RangeError('too far'));
  reportError('a text');
  subscription.unsubscribe();
  expect(told).toMatchObject([
    { type: 'error', error: { name: 'RangeError', message: 'too far' } },
    { type: 'error', error: { message: 'a text' } },
  ]);
});
