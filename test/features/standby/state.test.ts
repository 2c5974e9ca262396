import { expect, test } from 'vitest';
import { standbyState } from '../../../src/features/standby/state.js';
import type { EventDraft } from '../../../src/vocabulary/events.js';
import { ref, stamped } from '../../marbles.js';

const result = { outcome: 'done', replaced: [], kept: [] } as const;
const begin: EventDraft = { type: 'restart-begin', roll: 1, requests: [], slots: [1, 2] };
const replaced: EventDraft = { type: 'replace-end', roll: 1, slot: 1, worker: ref() };
const end: EventDraft = { type: 'restart-end', roll: 1, requests: [], result };
const abort: EventDraft = { ...end, type: 'restart-abort' };

const after = (...events: readonly EventDraft[]) => {
  const { state, fold } = standbyState();
  for (const event of events) fold(stamped(event));
  return state;
};

test('a restart is undecided from the begin of a restart until it has replaced a worker, or has ended', () => {
  expect(after()).toEqual({ restartUndecided: false, epoch: 0 });
  expect(after(begin)).toEqual({ restartUndecided: true, epoch: 0 });
  expect(after(begin, replaced)).toEqual({ restartUndecided: false, epoch: 1 });
  expect(after(begin, abort)).toEqual({ restartUndecided: false, epoch: 0 });
});

test('a restart is one epoch, however many workers it replaces, and none if it replaces nobody', () => {
  expect(after(begin, replaced, replaced, end)).toEqual({ restartUndecided: false, epoch: 1 });
  expect(after(begin, end, begin, replaced, end)).toEqual({ restartUndecided: false, epoch: 1 });
  expect(after(begin, replaced, end, begin, replaced, abort)).toEqual({ restartUndecided: false, epoch: 2 });
});

test('other events change nothing', () => {
  const { fold } = standbyState();
  expect(fold(stamped({ type: 'shutdown', force: false, why: 'asked' }))).toBe(false);
});
