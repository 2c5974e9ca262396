import type { History } from './run.js';
import type { Whole } from './runSeveral.js';

/** Counts what happened, to notice a generator that produces too few faults. */
export interface Tally {
  /** How many schedules were run; those by which a failing one was shrunk count, too. */
  readonly runs: number;
  readonly forks: number;
  readonly faults: number;
  /** Faults during a roll. */
  readonly inRolls: number;
  /** Clusters that failed, of several; and how many were started again. */
  readonly failures: number;
  readonly restarts: number;
}

export const nothing: Tally = { runs: 0, forks: 0, faults: 0, inRolls: 0, failures: 0, restarts: 0 };

export const plus = (a: Tally, b: Tally): Tally => ({
  runs: a.runs + b.runs,
  forks: a.forks + b.forks,
  faults: a.faults + b.faults,
  inRolls: a.inRolls + b.inRolls,
  failures: a.failures + b.failures,
  restarts: a.restarts + b.restarts,
});

/** What happened in one run of a cluster. */
export const tallyOf = ({ events, forked }: History): Tally => {
  let faults = 0;
  let inRolls = 0;
  let rolling = false;
  for (const event of events) {
    if (event.type === 'restart-begin') rolling = true;
    if (event.type === 'restart-end' || event.type === 'restart-abort') rolling = false;
    const fault =
      event.type === 'leaving' ||
      event.type === 'overdue' ||
      (event.type === 'kill' && event.why.startsWith('still there')) ||
      (event.type === 'exit' && (event.reason === 'crash' || event.reason === 'spawn'));
    faults += Number(fault);
    inRolls += Number(fault && rolling);
  }
  return { ...nothing, runs: 1, forks: forked.length, faults, inRolls };
};

/** What happened in all runs of several clusters. */
export const tallyOfSeveral = ({ runs, notes }: Whole): Tally => {
  const sum = runs.map(({ history }) => tallyOf(history)).reduce(plus, nothing);
  const started = notes.filter(({ what }) => what === 'start').map(({ child }) => child);
  const failures = notes.filter((note) => note.what === 'end' && note.how === 'error').length;
  return { ...sum, runs: 1, failures, restarts: started.length - new Set(started).size };
};

/** In words: the means of a schedule. */
export const means = ({ runs, forks, faults, inRolls, failures, restarts }: Tally): string => {
  const mean = (sum: number) => (sum / Math.max(1, runs)).toFixed(1);
  const clusters =
    failures === 0 ? '' : `; ${mean(failures)} clusters that failed and ${mean(restarts)} restarts of one`;
  return `${mean(forks)} forks and ${mean(faults)} faults, ${mean(inRolls)} of them during a roll${clusters}`;
};
