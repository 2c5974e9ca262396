import type { EventLine } from '../../../client.js';
import type { RestartResult } from '../../../index.js';
import { append } from './append.js';

/** The replacement of one slot. Times in ms since the epoch. */
export interface Replacement {
  readonly slot: number;
  readonly from: number;
  readonly to?: number;
  readonly outcome: 'running' | 'replaced' | 'aborted';
  /** With `aborted`: the reason. */
  readonly why?: string;
}

/** A restart. */
export interface Roll {
  readonly cluster: string;
  readonly roll: number;
  readonly from: number;
  readonly to?: number;
  /** Why it was asked for. */
  readonly why: string;
  readonly slots: readonly number[];
  readonly replacements: readonly Replacement[];
  readonly outcome: 'running' | RestartResult['outcome'];
  /** Why it was aborted or cancelled. */
  readonly cause?: string;
}

export interface Rolls {
  readonly rolls: readonly Roll[];
  /** What was asked for, until the restart begins. */
  readonly asked: readonly { readonly request: string; readonly why: string }[];
}

export const noRolls: Rolls = { rolls: [], asked: [] };

const maxRolls = 50;
const maxAsked = 50;

/** The restarts after further events. */
export const foldRolls = (rolls: Rolls, lines: readonly EventLine[]): Rolls => lines.reduce(foldRoll, rolls);

const foldRoll = (before: Rolls, { event }: EventLine): Rolls => {
  switch (event.type) {
    case 'restart':
      return { ...before, asked: append(before.asked, [{ request: event.request, why: event.why }], maxAsked) };
    case 'restart-begin': {
      const { cluster, roll, time, slots, requests } = event;
      const whys = before.asked.filter(({ request }) => requests.includes(request)).map(({ why }) => why);
      const why = [...new Set(whys)].join(', ');
      const begun: Roll = { cluster, roll, from: time, why, slots, replacements: [], outcome: 'running' };
      return { ...before, rolls: append(before.rolls, [begun], maxRolls) };
    }
    case 'replace-begin': {
      const begun: Replacement = { slot: event.slot, from: event.time, outcome: 'running' };
      return change(before, event, (roll) => ({ ...roll, replacements: [...roll.replacements, begun] }));
    }
    case 'replace-end':
      return change(before, event, (roll) => ended(roll, event.slot, { to: event.time, outcome: 'replaced' }));
    case 'replace-abort':
      return change(before, event, (roll) =>
        ended(roll, event.slot, { to: event.time, outcome: 'aborted', why: event.why }),
      );
    case 'restart-end':
    case 'restart-abort': {
      const { outcome, cause } = event.result;
      return change(before, event, (roll) => ({
        ...roll,
        to: event.time,
        outcome,
        ...(cause !== undefined && { cause: cause.why }),
      }));
    }
    default:
      return before;
  }
};

const change = (
  before: Rolls,
  { cluster, roll: number }: { readonly cluster: string; readonly roll: number },
  turn: (roll: Roll) => Roll,
): Rolls => {
  const at = before.rolls.findLastIndex((roll) => roll.cluster === cluster && roll.roll === number);
  const found = before.rolls[at];
  return found === undefined ? before : { ...before, rolls: before.rolls.with(at, turn(found)) };
};

const ended = (roll: Roll, slot: number, end: Partial<Replacement>): Roll => ({
  ...roll,
  replacements: roll.replacements.map((one) =>
    one.slot === slot && one.outcome === 'running' ? { ...one, ...end } : one,
  ),
});
