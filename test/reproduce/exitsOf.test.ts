import { expect, test } from 'vitest';
import { exitsOf } from '../../src/reproduce/exitsOf.js';
import { recording } from './recorded.js';

const worker = (id: number, slot = 1) => ({ id, slot });
const event = (type: string, id: number, more: object) => ({ time: 5, type, worker: worker(id), ...more });
const exit = (id: number, more: object, slot = 1) => ({
  time: 10,
  type: 'exit',
  worker: worker(id, slot),
  code: 1,
  signal: null,
  requested: false,
  reason: 'crash',
  uptime: 10,
  ...more,
});

test('exits are those that no sign says', () => {
  const events = recording([
    exit(1, {}),
    exit(2, { code: 7 }),
    exit(3, { code: null, signal: 'SIGSEGV' }),
    exit(4, { code: null, reason: 'spawn' }),
    exit(5, { code: 3, requested: true, reason: 'requested' }),
    event('kill', 6, { signal: 'SIGKILL', why: 'still there after 5 s' }),
    exit(6, { code: null, signal: 'SIGKILL', requested: true, reason: 'requested' }),
    event('leaving', 7, { why: 'disconnected', uptime: 5 }),
    exit(7, { code: 0, reason: 'quit' }),
    event('leaving', 8, { why: 'disconnected', uptime: 5 }),
    exit(8, {}),
    exit(9, { code: 0, reason: 'quit' }),
    // A standby worker has no row.
    exit(10, { code: 7 }, 0),
  ]);
  expect(exitsOf(events)).toEqual({ 2: 7, 3: 'SIGSEGV', 4: 'not started', 8: 1, 9: 0 });
});
