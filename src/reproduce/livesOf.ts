import { type ClusterEvent, is } from '../index.js';
import type { Config } from '../testing.js';
import { assumptionsOf } from './assumptionsOf.js';
import { type Boot, bootOf, median, medianBoot, standbyBoot } from './boot.js';
import { drawnOf } from './drawn.js';
import { type Ending, endingOf } from './ending.js';
import { hangOf } from './hang.js';
import { inputsOf } from './inputsOf.js';
import { type Known, knownWorkers, slotOf } from './knownWorkers.js';
import { type Places, placesOf } from './places.js';
import { rebased } from './rebased.js';
import { samplesOf } from './samples.js';
import { standbyEnding } from './standbyEnding.js';
import type { Life, RecordedScript } from './script.js';
import type { Run } from './selectRun.js';

/** What a run tells about everything outside of the master. */
export interface RecordedLives {
  readonly script: RecordedScript;
  /** The number of slots at the start. */
  readonly size: number;
  /** The events of the run, their `time` in ms from the start of the simulation. */
  readonly events: readonly ClusterEvent[];
  /** What the recording does not tell, and what is assumed instead: sentences. */
  readonly assumptions: readonly string[];
}

/** For how long the workers run that were there before the recording, when it begins: until they are stable. In ms. */
const warmUpMs = 120_000;
/** The time that a worker takes to leave, where none was ever asked to. */
const defaultLeavesMs = 1;
/** What is last in the recording may come so much later in the simulation, in ms: a simulated process takes 1 ms to die by a signal. */
const laterMs = 5;
/** The same of a cluster that has ended. Nothing else happens after that. */
const laterEndMs = 1_000;

/** What is assumed of a worker where its own events say nothing. */
interface Usual {
  readonly boot: Boot;
  /** From being asked to leave to its exit. */
  readonly leaves: number;
}

/** How the workers lived and what came from outside, by nothing but the events of one run of a cluster. `slots`: how many there were at the start, if that is known otherwise. `recycle`: the option that the cluster ran with. */
export const livesOf = (run: Run, slots?: number, recycle?: Config['recycle']): RecordedLives => {
  const begin = run.whole ? 0 : warmUpMs;
  const { events, assumptions: ofClock } = rebased(run.events, begin);
  const places = placesOf(events);
  const workers = knownWorkers(events);
  const boots = workers.filter(({ early }) => !early).map((worker) => bootOfWorker(worker, places));
  const leaves = median(workers.flatMap(timeToLeave));
  const usual: Usual = {
    boot: medianBoot(boots.filter(({ online = Infinity }) => online < Infinity)),
    leaves: leaves ?? defaultLeavesMs,
  };
  const until = endOf(events);
  const shown = new Set<number>();
  const releases = releasesIn(events);
  const ofWorkers = assumptionsOf(events, workers, run.whole, { ms: usual.leaves, isMedian: leaves !== undefined });
  const size = slots ?? sizeOf(events);
  const predecessors = workers.filter(({ early, at }) => early && at > 0).map((worker) => predecessorOf(worker, usual));
  return {
    script: {
      lives: [
        ...(run.whole ? [] : quietLives(workers, size, usual)),
        ...predecessors,
        ...workers.map((worker) => {
          const ending = { ...endingOf(worker.events, worker.at), ...standbyEnding(worker, workers, releases, shown) };
          return lifeOf(worker, ending, places, usual, until);
        }),
      ],
      inputs: inputsOf(events),
      random: [...predecessors.map(() => 0.5), ...drawnOf(events, recycle)],
      begin,
      until,
    },
    size,
    events,
    assumptions: [...run.assumptions, ...ofClock, ...ofWorkers],
  };
};

const lifeOf = (worker: Known, ending: Ending, places: Places, usual: Usual, until: number): Life => {
  const { events, at, slot, early } = worker;
  const { leaves = usual.leaves, ...end } = ending;
  const samples = samplesOf(events, at);
  const says = messagesOf(events, at);
  return {
    slot,
    at,
    ...(early ? usual.boot : completeBoot(worker, bootOfWorker(worker, places), usual.boot, until)),
    leaves,
    ...end,
    ...hangOf(events, at),
    ...(says.length > 0 && { says }),
    ...(samples.length > 0 && { samples }),
  };
};

/** When a restart replaced its first worker. */
const releasesIn = (events: readonly ClusterEvent[]): readonly number[] => {
  let undecided = false;
  return events.flatMap((event) => {
    const releases = undecided && event.type === 'replace-end';
    if (event.type === 'restart-begin') undecided = true;
    if (releases || event.type === 'restart-end' || event.type === 'restart-abort') undecided = false;
    return releases ? [event.time] : [];
  });
};

/** A worker that was young when the recording begins had one before it, which had been stable: the slot has no early exit that counts. */
const predecessorOf = ({ slot, at }: Known, { boot }: Usual): Life => ({
  slot,
  at: 0,
  ...boot,
  crashes: { after: at, code: 1 },
});

/** Workers without any event in the recording were there all the time. */
const quietLives = (workers: readonly Known[], size: number, { boot, leaves }: Usual): readonly Life[] =>
  Array.from({ length: size }, (_, index) => index + 1)
    .filter((slot) => !workers.some((worker) => worker.slot === slot))
    .map((slot): Life => Object.assign({ slot, at: 0, leaves }, boot));

const bootOfWorker = ({ events, at, slot }: Known, places: Places): Boot => {
  const standby = events.find(is('standby-begin'));
  return slot === 0 && standby !== undefined ? standbyBoot(standby.after, events, at) : bootOf(events, at, places);
};

/** A boot that goes on when the recording ends is completed as usual, and not before that. */
const completeBoot = ({ events, at }: Known, boot: Boot, usual: Boot, until: number): Boot => {
  if (events.some(is('ready', 'standby-begin', 'standby-end', 'exit', 'retire', 'kill'))) return boot;
  const { online = Infinity, listening = false } = boot;
  const later = (time: number) => Math.max(time, until - at + 1);
  return {
    ...boot,
    ...(online === Infinity && usual.online !== undefined && { online: later(usual.online) }),
    ...(listening === false && typeof usual.listening === 'number' && { listening: later(usual.listening) }),
  };
};

/** Its messages, those of the same time together. */
const messagesOf = (events: readonly ClusterEvent[], forkedAt: number): NonNullable<Life['says']> => {
  const messages = new Map<number, unknown[]>();
  for (const { time, message } of events.filter(is('message'))) {
    const sent = messages.get(time - forkedAt);
    if (sent === undefined) messages.set(time - forkedAt, [message]);
    else sent.push(message);
  }
  return Array.from(messages, ([after, sent]) => ({ after, messages: sent }));
};

const timeToLeave = ({ events }: Known): readonly number[] => {
  const [asked, exit] = [events.find(is('retire')), events.find(is('exit'))];
  return asked === undefined || exit === undefined || events.some(is('kill')) ? [] : [exit.time - asked.time];
};

const endOf = (events: readonly ClusterEvent[]): number => {
  const last = events.at(-1);
  return (last?.time ?? 0) + (last?.type === 'end' ? laterEndMs : laterMs);
};

const sizeOf = (events: readonly ClusterEvent[]): number => {
  const scaled = events.find(is('scale'));
  const started = new Set(events.filter((event) => event.type === 'fork' && event.why === 'start').map(slotOf));
  const seen = events.reduce((highest, event) => Math.max(highest, slotOf(event)), 1);
  return scaled?.from ?? (started.size > 0 ? started.size : seen);
};
