import { violation } from './invariants.js';
import { run } from './run.js';
import type { Note, Whole } from './runSeveral.js';

/** What is wrong with several clusters together, in words. */
type Invariant = (whole: Whole) => string | undefined;

const isSupervised = ({ several: { together } }: Whole): boolean =>
  together === 'one_for_all' || together === 'rest_for_one';

const at = ({ child, time }: Note): string => `of cluster ${child + 1} at ${time} ms`;

/** They end when they are asked to, or before, and then in the moment in which the last of them ends. */
const endsTogether: Invariant = ({ end, endedAt, notes, several }) => {
  if (end === 'stuck' || end === 'runaway' || end === 'never') return `they did not end: ${end}`;
  const last = notes.findLast(({ what }) => what === 'end');
  if (last === undefined || last.time !== endedAt) return `they ended at ${endedAt} ms, the last cluster ${last?.time}`;
  const halt = notes.find(({ what, child }) => what === 'halt' && child === -1);
  return endedAt > several.until && halt === undefined ? `nobody asked them to end until ${endedAt} ms` : undefined;
};

/** Neither a timer nor an event outlives them all, and every cluster that was begun has ended. Its processes and handlers are counted for each run. */
const leavesNothing: Invariant = ({ timers, posthumous, notes }) => {
  const starts = notes.filter(({ what }) => what === 'start').length;
  const ends = notes.filter(({ what }) => what === 'end').length;
  if (timers === 0 && posthumous === 0 && starts === ends) return undefined;
  return `left behind: ${timers} timers, ${posthumous} events, ${starts - ends} clusters`;
};

/** No cluster runs twice at a time. */
const onceAtATime: Invariant = ({ notes }) => {
  const twice = notes.find(({ what }) => what === 'twice');
  return twice === undefined ? undefined : `a second run ${at(twice)}`;
};

/** Every run of every cluster keeps the invariants of a single cluster. */
const eachByItself: Invariant = ({ runs }) => {
  for (const { child, begunAt, history } of runs) {
    const broken = violation(history);
    if (broken !== undefined) return `cluster ${child + 1}, begun at ${begunAt} ms: ${broken}`;
  }
  return undefined;
};

/**
 * Until it is affected from outside, each run of a cluster is the same as alone: events of the others have no effect.
 */
const undisturbed: Invariant = ({ runs }) => {
  for (const { child, begunAt, history } of runs) {
    const { schedule, events, endedAt, done } = history;
    const foreign = done.find((one) => one.foreign);
    const alone = run(schedule, (foreign?.time ?? endedAt) + 1).events;
    for (const [index, event] of events.slice(0, foreign?.seen).entries()) {
      const other = alone[index];
      if (other?.type === event.type && other.time === event.time && who(other) === who(event)) continue;
      return `cluster ${child + 1}, begun at ${begunAt} ms: event ${index + 1} is ${event.type}, alone it is ${other?.type}`;
    }
  }
  return undefined;
};

const who = (event: object): unknown => ('worker' in event ? Object.entries(event.worker ?? {})[0]?.[1] : undefined);

/** A restart that goes on: who shares it, and whether it is the end. */
interface Round {
  readonly failed: number;
  readonly from: number;
  readonly error: unknown;
  readonly last: boolean;
}

/**
 * A second supervisor, written after OTP's documentation, which is compared with what happened.
 *
 * A cluster that fails takes others with it: all, or those after it. They are stopped, the last one first, and started again in order as soon as
 * all of them have ended; no others are stopped. More than `intensity` such restarts within `period`, or a cluster that could not start, is the end, with that failure.
 * After all are asked to shut down nothing is started.
 */
const supervised: Invariant = (whole) => {
  if (!isSupervised(whole)) return undefined;
  const { several, notes, end, error } = whole;
  const { together, intensity, period, clusters } = several;
  const running = new Set<number>();
  /** Those that are to start, in order, and when. */
  let due: { readonly child: number; readonly time: number }[] = clusters.map((_, child) => ({ child, time: 0 }));
  const down = new Set<number>();
  const dismissed = new Set<number>();
  const stopped = new Set<number>();
  const late = new Set<number>();
  let restarts: number[] = [];
  let round: Round | undefined;
  let halted = false;
  let gaveUp: Round | undefined;

  const close = (time: number) => {
    if (round === undefined) return;
    for (const child of running) if (child >= round.from) return;
    if (round.last) gaveUp = round;
    else if (!halted) due = [...down].toSorted((a, b) => a - b).map((child) => ({ child, time }));
    down.clear();
    round = undefined;
  };

  for (const note of notes) {
    if (end === 'unsubscribed' && note.time === whole.endedAt) break;
    const { child, time } = note;
    if (note.what !== 'halt' && gaveUp !== undefined) return `it has given up, and then a ${note.what} ${at(note)}`;
    if (due[0] !== undefined && due[0].time < time && !halted)
      return `cluster ${due[0].child + 1} was to start at ${due[0].time} ms`;
    if (note.what === 'start') {
      if (halted) return `a start after everything was asked to shut down ${at(note)}`;
      if (round !== undefined) return `a start while others are stopped ${at(note)}`;
      const next = due.shift();
      if (next?.child !== child || next.time !== time)
        return `a start ${at(note)}, due was cluster ${next && next.child + 1}`;
      running.add(child);
      stopped.delete(child);
    }
    if (note.what === 'halt') {
      halted = true;
      // A child that has taken a signal for its end may fail then; so may all when all are asked.
      for (const one of child === -1 ? clusters.keys() : [child]) dismissed.add(one);
      due = [];
    }
    if (note.what === 'stop') {
      // Who was in the middle of its first event when all was to end is asked to shut down when that has been heard of.
      if (halted && (round === undefined || child < round.from)) {
        if (late.has(child)) return `a second stop ${at(note)}`;
        late.add(child);
        continue;
      }
      if (round === undefined || child < round.from) return `a stop for nothing ${at(note)}`;
      if (stopped.has(child)) return `a second stop ${at(note)}`;
      for (const other of running) if (other > child) return `a stop before cluster ${other + 1} has ended ${at(note)}`;
      stopped.add(child);
    }
    if (note.what !== 'end') continue;
    running.delete(child);
    // Nothing is killed: a child with a running cluster is asked to shut down, and awaited.
    if (note.how === 'unsubscribed' && note.last !== 'end')
      return `let go without being asked to shut down ${at(note)}`;
    const inRound = round !== undefined && child >= round.from;
    const failed = note.how === 'error' && !dismissed.has(child) && !stopped.has(child);
    if (failed || stopped.has(child)) down.add(child);
    if (failed && !inRound) {
      restarts = [...restarts.filter((past) => time - past <= period), time];
      const last = note.last === undefined || restarts.length > intensity;
      const from = last || together === 'one_for_all' ? 0 : child;
      round = { failed: child, from, error: note.error, last };
      // A child that had not started waits for the end of the round like the others.
      for (const waiting of due) down.add(waiting.child);
      due = [];
    }
    close(time);
  }
  if (end === 'unsubscribed') return undefined;
  if (gaveUp !== undefined)
    return end === 'error' && error === gaveUp.error
      ? undefined
      : `it gave up with cluster ${gaveUp.failed + 1}, and ended: ${end}, ${String(error)}`;
  if (due[0] !== undefined) return `cluster ${due[0].child + 1} was to start at ${due[0].time} ms`;
  return end === 'complete' ? undefined : `it never gave up, and ended: ${end}, ${String(error)}`;
};

/** A failure ends all merged clusters at once, and no others. */
const merged: Invariant = (whole) => {
  const { several, runs, end, error } = whole;
  if (isSupervised(whole) || end === 'unsubscribed') return undefined;
  if (several.together === 'apart') return end === 'complete' ? undefined : `it ended: ${end}, ${String(error)}`;
  const failure = whole.notes.find((note) => note.what === 'end' && note.how === 'error');
  if ((failure === undefined) !== (end === 'complete')) return `it ended: ${end}, ${String(error)}`;
  if (failure?.time !== undefined && failure.time !== whole.endedAt) return `a failure ${at(failure)} is not the end`;
  return runs.length > several.clusters.length ? 'a cluster was started anew' : undefined;
};

const invariants: Readonly<Record<string, Invariant>> = {
  onceAtATime,
  leavesNothing,
  endsTogether,
  eachByItself,
  undisturbed,
  supervised,
  merged,
};

/** The first invariant that several clusters break, and how. */
export const violationOfSeveral = (whole: Whole): string | undefined => {
  for (const [name, holds] of Object.entries(invariants)) {
    const broken = holds(whole);
    if (broken !== undefined) return `${name}: ${broken}`;
  }
  return undefined;
};
