import { hasSentence, inRows, type Picture, pictureOf, rowName } from '../drawing.js';
import type { ClusterEvent, WorkerRef } from '../index.js';
import type { Columns } from './columns.js';

/** How much of a cluster is kept and drawn. */
export interface Limits {
  /** Workers. */
  readonly rows: number;
  readonly decisions: number;
}

/** What has happened in one cluster, as far as a picture can show it. */
export interface ClusterTimeline {
  readonly add: (event: ClusterEvent) => void;
  /** Whether it may go on: its `end` has not come. */
  readonly runs: () => boolean;
  /** When it was first heard of. */
  readonly begin: () => number;
  /** Forgets what was over before a time. Returns whether something is left. */
  readonly forget: (before: number) => boolean;
  /** The names of the rows of its workers. */
  readonly names: () => readonly string[];
  /** `timeOfDay`: at the first column. */
  readonly picture: (columns: Columns, timeOfDay: number) => Picture;
}

/** A worker, with the last event of each type: so few, whatever it does. */
interface Life {
  readonly name: string;
  /** Counts the workers in the order in which they were heard of. */
  readonly place: number;
  readonly events: Map<string, ClusterEvent>;
  /** When something happened to it last. */
  last: number;
}

/** More workers than a machine runs. Then exits were lost, and those of which nothing was heard for longest have left. */
const mostRunning = 2_000;
const mostSignals = 50;
const mostForgotten = 999;

/** Keeps of a cluster what its next pictures can show. Events are to come in the order of their times. */
export const clusterTimeline = (name: string, limits: Limits): ClusterTimeline => {
  /** By their ids, those to which nothing has happened for longest first. */
  const running = new Map<number, Life>();
  /** Those that left last. */
  const gone: Life[] = [];
  /** When others left. */
  const forgotten: number[] = [];
  const decisions: ClusterEvent[] = [];
  const signals: { readonly name: string; readonly time: number }[] = [];
  let begin: number | undefined;
  let ended = false;
  let places = 0;

  const leave = (life: Life): void => {
    const first = append(gone, life, limits.rows);
    if (first !== undefined) append(forgotten, first.last, mostForgotten);
  };

  /** A worker that is forked again: the master was killed and started again, and counts from 1. How the others ended nobody knows. */
  const loseAll = (): void => {
    for (const { last } of running.values()) append(forgotten, last, mostForgotten);
    running.clear();
  };

  const addToLife = (worker: WorkerRef, event: ClusterEvent): void => {
    if (event.type === 'fork' && running.has(worker.id)) loseAll();
    const life = running.get(worker.id) ?? { name: rowName(worker), place: (places += 1), events: new Map(), last: 0 };
    running.delete(worker.id);
    const key = event.type === 'kill' ? event.signal : event.type;
    // The order is that of their times.
    life.events.delete(key);
    life.events.set(key, event);
    life.last = event.time;
    if (event.type === 'exit') return leave(life);
    running.set(worker.id, life);
    const [[longest = worker.id] = []] = running;
    if (running.size > mostRunning) running.delete(longest);
  };

  /** Those with a row: the ones that run, and as there is room those that left. */
  const shown = (): readonly Life[] =>
    [...Array.from(running.values()).toReversed(), ...gone.toReversed()]
      .slice(0, limits.rows)
      .toSorted((one, other) => one.place - other.place);

  return {
    add: (event) => {
      begin ??= event.time;
      ended = event.type === 'end';
      if (inRows.has(event.type)) {
        if ('worker' in event && event.worker !== undefined && event.worker.slot > 0) addToLife(event.worker, event);
      } else if (hasSentence(event)) append(decisions, event, limits.decisions);
      if (event.type === 'signal') append(signals, { name: event.signal, time: event.time }, mostSignals);
      if (!ended) return;
      for (const life of running.values()) leave(life);
      running.clear();
    },
    runs: () => begin !== undefined && !ended,
    begin: () => begin ?? 0,
    forget: (before) => {
      dropBefore(gone, before, ({ last }) => last);
      dropBefore(forgotten, before, (time) => time);
      dropBefore(decisions, before, ({ time }) => time);
      dropBefore(signals, before, ({ time }) => time);
      return !ended || gone.length + decisions.length + signals.length > 0;
    },
    names: () => shown().map((life) => life.name),
    picture: (columns, timeOfDay) => {
      const rows = shown();
      const names = new Set(signals.map((signal) => signal.name));
      const picture = pictureOf({
        events: [...rows.flatMap(({ events }) => Array.from(events.values())), ...decisions],
        inputs: Array.from(names, (each) => ({
          name: each,
          times: signals.filter((signal) => signal.name === each).map(({ time }) => time),
        })),
        ...columns,
      });
      const omitted = running.size + gone.length - rows.length + forgotten.length;
      // Those that come from the rows come first.
      const inOrder = picture.decisions.toSorted((one, other) => (one.at ?? 0) - (other.at ?? 0));
      return { ...picture, decisions: inOrder, name, begin: timeOfDay, omitted };
    },
  };
};

/** Adds a value. Where there are too many, it removes the first one and returns it. */
const append = <T>(values: T[], value: T, most: number): T | undefined => {
  values.push(value);
  return values.length > most ? values.shift() : undefined;
};

/** Values come in the order of their times. */
const dropBefore = <T>(values: T[], before: number, timeOf: (value: T) => number): void => {
  const first = values.findIndex((value) => timeOf(value) >= before);
  values.splice(0, first === -1 ? values.length : first);
};
