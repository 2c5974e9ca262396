import { describe, expect, test } from 'vitest';
import type { WorkerBehaviour } from '../../src/testing.js';
import { countMeetings, type Meetings } from './faultStates.js';
import { directed } from './directed.js';
import { faultTable, impossibleButMet } from './faultTable.js';
import { fixedFeatureRules } from './features.js';
import { run } from './run.js';
import { violation } from './invariants.js';
import type { Command, Schedule } from './schedule.js';
import { firstSeed } from './simulate.js';
import { verify } from './verify.js';

const rules: Schedule['rules'] = {
  worker: 1,
  maxSurge: 1,
  maxBooting: 'any',
  ready: 'listening',
  respawn: 'permanent',
  maxForkCount: 10,
  minUptime: 1_000,
  backoff: { initial: 5, factor: 1, max: 5, jitter: 0 },
  disconnectTimeout: 20,
  readyTimeout: 20,
  minReadyTime: 2,
  ...fixedFeatureRules,
  standby: 0,
};

/** The pairs of a run of a cluster, in the order in which they were met. */
const met = (
  workers: readonly WorkerBehaviour[],
  commands: readonly Command[] = [],
  given = rules,
): readonly string[] => {
  const counts: Record<string, number> = {};
  countMeetings(run({ rules: given, workers, others: {}, commands, sizes: [], until: 60, random: 0.5 }).events, counts);
  return Object.keys(counts).filter((pair) => !pair.startsWith('shutdown'));
};
const restartAt = (at: number): Command => ({ act: 'restart', at, late: false });

describe('a fault meets the states of its worker and of the cluster', () => {
  test.each<readonly [string, readonly WorkerBehaviour[], readonly Command[], readonly string[]]>([
    ['a crash at boot', [{ crashes: { after: 1 } }], [], ['crash in booting', 'crash in first start']],
    ['a crash before it is available', [{ crashes: { after: 3 } }], [], ['crash in ready', 'crash in first start']],
    ['a crash later', [{ crashes: { after: 10 } }], [], ['crash in available']],
    ['a failed spawn', [{ spawns: false }], [], ['spawn failure in booting', 'spawn failure in first start']],
    ['a disconnect', [{ walksOut: 10 }], [], ['leaves by itself in available']],
    ['a late boot', [{ listening: 30 }], [], ['late boot in booting', 'late boot in first start']],
    [
      'a new worker that crashes in a restart',
      [{}, { crashes: { after: 1 } }],
      [restartAt(10)],
      ['restart in available', 'crash in booting', 'crash in canary in a roll', 'crash in rolling'],
    ],
    [
      'an old worker that crashes in a restart',
      [{ crashes: { after: 11 } }],
      [restartAt(10)],
      ['restart in available', 'crash in available', 'crash in old in a roll', 'crash in rolling'],
    ],
    [
      'a crash while it drains',
      [{ leaves: 10, crashes: { after: 20 } }],
      [restartAt(10)],
      ['restart in available', 'crash in draining', 'crash in rolling'],
    ],
    [
      'a worker that does not leave',
      [{ leaves: Infinity }],
      [restartAt(10)],
      ['restart in available', 'does not leave in draining', 'does not leave in rolling'],
    ],
    [
      'a restart while a respawn waits',
      [{ crashes: { after: 10 } }],
      [restartAt(12)],
      ['crash in available', 'restart in backoff'],
    ],
  ])('%s', (_, workers, commands, pairs) => {
    expect(met(workers, commands)).toEqual(pairs);
  });

  test('a process that waits in no slot', () => {
    expect(met([{}, { crashes: { after: 8 } }], [], { ...rules, standby: 1 })).toEqual(['crash in held standby']);
  });
});

test('directed schedules bring about what chance hardly ever does, and keep all invariants', () => {
  const counts: Record<string, number> = {};
  const check = (history: ReturnType<typeof run>) => {
    countMeetings(history.events, counts);
    return violation(history);
  };
  expect(verify(directed, 100, check, firstSeed)).toBe(100);
  expect(Object.keys(counts)).toEqual(
    expect.arrayContaining([
      'late boot in paused',
      'pause in paused',
      'resume in giving up',
      'forced shutdown in giving up',
    ]),
  );
  expect(impossibleButMet(counts)).toEqual([]);
});

describe('the table of faults and states', () => {
  const meetings: Meetings = { 'crash in available': 12, 'restart in rolling': 3 };

  test('has a row for each fault, and counts', () => {
    const table = faultTable(meetings);
    expect(table).toMatch(/^crash +· +· +12 /m);
    expect(table).toMatch(/^spawn failure +· +\/ /m);
  });

  test('lists what was never met apart from what is impossible, and why', () => {
    const table = faultTable(meetings);
    expect(table).toMatch(/^Never met: crash in booting, /m);
    expect(table).toContain('Impossible, because a pause ends before the exit of its worker: crash in paused');
    expect(table).not.toMatch(/^Never met: crash in [^;]*paused/m);
  });

  test('a pair that is declared impossible and was met is a mistake', () => {
    expect(impossibleButMet(meetings)).toEqual([]);
    expect(impossibleButMet({ ...meetings, 'crash in paused': 1 })).toEqual(['crash in paused']);
  });
});
