import { expect, test } from 'vitest';
import { errorData } from '../../src/vocabulary/errorData.js';
import type { ClusterEvent } from '../../src/features/index.js';
import type { EventDraft } from '../../src/vocabulary/events.js';
import { describeEvent as sentence } from '../../src/log/describeEvent.js';
import { ref } from '../marbles.js';

const told = (draft: EventDraft): string | undefined => {
  // The compiler does not see that a stamped draft is an event.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const event = { ...draft, time: 0, seq: 1, cluster: 'web' } as ClusterEvent;
  return sentence(event)?.[1];
};

const worker = ref({ id: 11, slot: 2, pid: 4378 });
const cause = { name: 'Error', message: 'boom\u001b]0;evil\u0007\u202e\nsecond line', stack: '' };

test('ready names the reason and the address', () => {
  expect(told({ type: 'ready', worker, why: 'listens on 127.0.0.1:8080' })).toBe(
    'worker 11 (slot 2, pid 4378) is ready: listens on 127.0.0.1:8080',
  );
});

test('terminal control sequences are removed from the error of a crash', () => {
  const crash = { code: 1, signal: null, requested: false, reason: 'crash', uptime: 5, cause } as const;
  expect(told({ type: 'exit', worker, ...crash })).toBe(
    'worker 11 (slot 2, pid 4378) exited with code 1: Error: boom\nsecond line',
  );
});

test('terminal control sequences are removed from errors and from texts of workers', () => {
  expect(told({ type: 'error', worker, error: errorData(new Error('a\u001b[2Jb')) })).toBe(
    'worker 11 (slot 2, pid 4378): ab',
  );
  expect(told({ type: 'leaving', worker, why: 'a\u001b[2Jb', uptime: 5 })).toContain('leaves on its own: ab');
  expect(told({ type: 'hooks', worker, names: ['a\u001b[2Jb'] })).toContain('calls ab');
});

test('an error that was already logged is not repeated', () => {
  const spawn = { code: null, signal: null, requested: false, reason: 'spawn', uptime: 0, cause } as const;
  expect(told({ type: 'exit', worker, ...spawn })).toBe('worker 11 (slot 2, pid 4378) could not be started');
  const exit = { code: 1, signal: null, requested: false, reason: 'crash', uptime: 5, cause } as const;
  const why = 'before it was available, it exited with code 1: Error: boom';
  expect(told({ type: 'replace-abort', slot: 2, roll: 1, why, worker, exit })).toBe(
    'slot 2 is not replaced: worker 11 (slot 2, pid 4378): it was not available before it left',
  );
});
