import { expect, test } from 'vitest';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import type { RestartState, TimeSpan } from '../../../src/fleet/state/fleetState.js';
import { foldRestart } from '../../../src/fleet/state/foldRestart.js';
import { roll } from '../roll/records.js';

const span = ({ from, to }: TimeSpan = {}): string => `${from ?? ''}-${to ?? ''}`;

/** The restart, its soak and the turn of each host after these records: `0-9 soak 2-4: 1-2 4-9`. */
const after = (...records: readonly (readonly [now: number | undefined, record: RollRecord])[]): string => {
  let state: RestartState | undefined;
  for (const [now, record] of records) state = foldRestart(state, record, now);
  return state === undefined
    ? ''
    : `${span(state)} soak ${state.soak === undefined ? 'none' : span(state.soak)}: ${state.turns.map(span).join(' ')}`;
};

test('each host has the time of its turn, from being asked until it has reported', () => {
  expect(
    after(
      [0, roll('ww')],
      [1, roll('aw')],
      [2, roll('rw')],
      [5, roll('dw')],
      [15, roll('da')],
      [16, roll('dr')],
      [18, roll('dd')],
      [19, roll('dd', { phase: 'done' })],
    ),
  ).toBe('0-19 soak 5-15: 1-5 15-18');
});

test('what had happened before anybody looked has no time', () => {
  expect(after([undefined, roll('dr')])).toBe('- soak none: - -');
  expect(after([undefined, roll('dr')], [9, roll('dd', { phase: 'done' })])).toBe('-9 soak none: - -9');
  expect(after([undefined, roll('dw')], [9, roll('da')])).toBe('- soak -9: - 9-');
  expect(after([undefined, roll('fw', { phase: 'halted' })], [9, roll('fw', { phase: 'halted' })])).toBe(
    '- soak none: - -',
  );
});

test('a restart that is resumed goes on, and its failed host has another turn', () => {
  const again = { ...roll('ww').hosts[0], host: 'a', state: 'asked', attempt: 2 } as const;
  const resumed = roll('ww', { hosts: [again, ...roll('ww').hosts.slice(1)] });
  expect(
    after([0, roll('ww')], [1, roll('aw')], [4, roll('fw', { phase: 'halted' })], [4, roll('fw', { phase: 'halted' })]),
  ).toBe('0-4 soak none: 1-4 -');
  expect(
    after([0, roll('ww')], [1, roll('aw')], [4, roll('fw', { phase: 'halted' })], [8, roll('ww')], [9, resumed]),
  ).toBe('0- soak none: 9- -');
});

test('a host that could not be reached and reports later ends with its report', () => {
  expect(after([0, roll('ww')], [1, roll('aw')], [5, roll('uw', { phase: 'halted' })])).toBe('0-5 soak none: 1-5 -');
  expect(
    after([0, roll('ww')], [1, roll('aw')], [5, roll('uw', { phase: 'halted' })], [7, roll('dw', { phase: 'halted' })]),
  ).toBe('0-5 soak none: 1-7 -');
});

test('the soak ends where the restart halts, and another restart of the service begins anew', () => {
  expect(after([0, roll('ww')], [1, roll('rw')], [3, roll('dw')], [5, roll('dw', { phase: 'halted' })])).toBe(
    '0-5 soak 3-5: 1-3 -',
  );
  expect(after([0, roll('ww')], [1, roll('rw')], [9, roll('ww', { id: 'two' })])).toBe('9- soak none: - -');
});
