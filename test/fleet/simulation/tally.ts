import type { RollRecord } from '../../../src/fleet/records/roll.js';
import type { FleetHistory } from './run.js';

/** How much happened in some schedules: a simulation in which nothing goes wrong proves nothing. */
export interface Tally {
  readonly schedules: number;
  /** Hosts that were restarted. */
  readonly restarts: number;
  readonly faults: number;
  readonly done: number;
  readonly halted: number;
  readonly aborted: number;
  readonly resumed: number;
  /** Rolls that more than one host drove. */
  readonly takeovers: number;
  /** Hosts that could not be reached. */
  readonly unknown: number;
  /** Of these, hosts that reported later. */
  readonly late: number;
}

export const nothing: Tally = {
  schedules: 0,
  restarts: 0,
  faults: 0,
  done: 0,
  halted: 0,
  aborted: 0,
  resumed: 0,
  takeovers: 0,
  unknown: 0,
  late: 0,
};

export const plus = (one: Tally, other: Tally): Tally => ({
  schedules: one.schedules + other.schedules,
  restarts: one.restarts + other.restarts,
  faults: one.faults + other.faults,
  done: one.done + other.done,
  halted: one.halted + other.halted,
  aborted: one.aborted + other.aborted,
  resumed: one.resumed + other.resumed,
  takeovers: one.takeovers + other.takeovers,
  unknown: one.unknown + other.unknown,
  late: one.late + other.late,
});

const isUnknown = (record: RollRecord | undefined, index: number): boolean => record?.hosts[index]?.unknown === true;

export const tallyOf = ({ happened, drivers }: FleetHistory): Tally => {
  const records = happened.flatMap((one) => (one.what === 'written' ? [one.record] : []));
  const changes = records.map((record, index) => [records[index - 1], record] as const);
  const became = (phase: RollRecord['phase'], from: RollRecord['phase']): number =>
    changes.filter(([before, after]) => before?.id === after.id && before.phase === from && after.phase === phase)
      .length;
  const hostChanges = changes.flatMap(([before, after]) =>
    before?.id === after.id
      ? after.hosts.map(
          (_, index) => [isUnknown(before, index), isUnknown(after, index), after.hosts[index]?.state] as const,
        )
      : [],
  );
  return {
    schedules: 1,
    restarts: happened.filter(({ what }) => what === 'restart begins').length,
    faults: happened.filter(({ what }) => what === 'fault').length,
    done: became('done', 'running'),
    halted: became('halted', 'running'),
    aborted: became('aborted', 'running') + became('aborted', 'halted'),
    resumed: became('running', 'halted') + became('running', 'done'),
    takeovers: Number(drivers.size > 1),
    unknown: hostChanges.filter(([before, after]) => !before && after).length,
    late: hostChanges.filter(([before, after, state]) => before && !after && state !== 'asked').length,
  };
};
