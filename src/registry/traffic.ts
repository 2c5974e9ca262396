import type { SlotTraffic } from '../features/contract/attachment.js';

/** Counts what the workers of a cluster send and write, by slot. */
export interface Traffic {
  readonly addMessages: (slot: number, messages: number) => void;
  readonly addLines: (slot: number, output: 'stdout' | 'stderr', lines: number) => void;
  readonly counts: () => readonly SlotTraffic[];
}

export const traffic = (): Traffic => {
  const slots = new Map<number, { -readonly [K in keyof SlotTraffic]: SlotTraffic[K] }>();
  const of = (slot: number) => {
    const known = slots.get(slot);
    if (known !== undefined) return known;
    const added = { slot, messages: 0, stdoutLines: 0, stderrLines: 0 };
    slots.set(slot, added);
    return added;
  };
  return {
    addMessages: (slot, messages) => {
      of(slot).messages += messages;
    },
    addLines: (slot, output, lines) => {
      of(slot)[`${output}Lines`] += lines;
    },
    counts: () => Array.from(slots.values(), (each) => ({ ...each })),
  };
};
