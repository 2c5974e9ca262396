import type { Life } from '../watched/lives.js';
import type { Mark } from '../watched/marks.js';

/** A cluster as a diagram: positions are from 0, the left edge, to 1. */
export interface Diagram {
  readonly rows: readonly DiagramRow[];
  readonly ticks: readonly Tick[];
}

export interface DiagramRow {
  /** Left out for the row of the master's decisions. */
  readonly slot?: number;
  readonly lines: readonly LifeLine[];
  readonly marbles: readonly Marble[];
}

/** A part of the life of a worker. Those of a replacement are one below the other. */
export interface LifeLine {
  readonly life: Life;
  readonly lane: number;
  readonly from: number;
  readonly to: number;
  /** Where it became ready and where it began to leave, as far as that is inside. */
  readonly ready?: number;
  readonly leaving?: number;
}

/** One event, or several that are too close to be drawn apart. */
export interface Marble {
  readonly at: number;
  readonly lane: number;
  readonly sign: string;
  readonly marks: readonly Mark[];
}

export interface Tick {
  readonly at: number;
  readonly time: number;
}

interface Laid {
  readonly lives: readonly Life[];
  readonly marks: readonly Mark[];
  readonly slots: readonly number[];
  readonly from: number;
  readonly to: number;
  /** How many marbles fit side by side. */
  readonly columns: number;
}

/** Lays out what happened from one time to another. */
export const layOut = (laid: Laid): Diagram => {
  const { lives, marks, slots, from, to } = laid;
  const shown = lives.filter((life) => life.from <= to && (life.to ?? Infinity) >= from);
  const numbers = [...new Set([...slots, ...shown.map(({ worker }) => worker.slot)])].toSorted((one, other) => one - other);
  const ofMaster = marks.filter(({ slot }) => slot === undefined);
  return {
    rows: [
      { lines: [], marbles: marblesOf(ofMaster, laid, () => 0) },
      ...numbers.map((slot) => rowOf(slot, shown, laid)),
    ],
    ticks: ticksOf(from, to),
  };
};

const rowOf = (slot: number, lives: readonly Life[], laid: Laid): DiagramRow => {
  const lines = linesOf(
    lives.filter(({ worker }) => worker.slot === slot),
    laid,
  );
  const laneOf = ({ worker }: Mark) => lines.find(({ life }) => life.worker.id === worker)?.lane ?? 0;
  const marks = laid.marks.filter((mark) => mark.slot === slot);
  return { slot, lines, marbles: marblesOf(marks, laid, laneOf) };
};

/** Each life in the first lane that is free when it begins. */
const linesOf = (lives: readonly Life[], { from, to }: Pick<Laid, 'from' | 'to'>): readonly LifeLine[] => {
  const share = (time: number) => (time - from) / (to - from);
  const ends: number[] = [];
  return lives.map((life) => {
    const free = ends.findIndex((end) => end <= life.from);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = life.to ?? Infinity;
    return {
      life,
      lane,
      from: Math.max(0, share(life.from)),
      to: Math.min(1, life.to === undefined ? 1 : share(life.to)),
      ...(life.readyAt !== undefined && { ready: clamp(share(life.readyAt)) }),
      ...(life.leavingAt !== undefined && { leaving: clamp(share(life.leavingAt)) }),
    };
  });
};

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

/**
 * Marks of a lane that are closer than a marble is wide are one marble, with the sign of the most serious one, or of the last. Which belong together does not depend on where the diagram begins, so
 * marbles do not change while time goes on.
 */
const marblesOf = (
  marks: readonly Mark[],
  { from, to, columns }: Pick<Laid, 'from' | 'to' | 'columns'>,
  laneOf: (mark: Mark) => number,
): readonly Marble[] => {
  const closeMs = (to - from) / columns;
  const groups: { readonly lane: number; readonly begin: number; readonly marks: Mark[] }[] = [];
  const open = new Map<number, (typeof groups)[number]>();
  for (const mark of marks) {
    const lane = laneOf(mark);
    const group = open.get(lane);
    if (group !== undefined && mark.time - group.begin < closeMs) group.marks.push(mark);
    else {
      const begun = { lane, begin: mark.time, marks: [mark] };
      open.set(lane, begun);
      groups.push(begun);
    }
  }
  return groups
    .filter(({ begin }) => begin >= from && begin <= to)
    .map(({ lane, begin, marks: together }) => {
      const shown = together.reduce((before, mark) => (weightOf(mark) >= weightOf(before) ? mark : before));
      return { at: (begin - from) / (to - from), lane, sign: shown.sign, marks: together };
    });
};

const weights = { trace: 0, debug: 1, info: 2, warn: 3, error: 4 } as const;
const weightOf = ({ level }: Mark): number => weights[level];

const steps: readonly number[] = [
  200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
];
const mostTicks = 7;

const ticksOf = (from: number, to: number): readonly Tick[] => {
  const step = steps.find((one) => (to - from) / one <= mostTicks) ?? 3_600_000;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => {
    const time = first + index * step;
    return { time, at: (time - from) / (to - from) };
  });
};
