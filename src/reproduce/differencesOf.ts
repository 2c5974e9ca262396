import type { Decisions } from './decisionsOf.js';

/**
 * Where other decisions differ from recorded ones: a sentence for the first difference of the cluster and of each slot. None if they are equal.
 *
 * @example
 * console.log(differencesOf(decisions, replayedDecisions(config, script)).join('\n'));
 */
export const differencesOf = (recorded: Decisions, others: Decisions): readonly string[] =>
  [...new Set([...Object.keys(recorded), ...Object.keys(others)])].flatMap((track) =>
    firstDifference(track, recorded[track] ?? [], others[track] ?? []),
  );

const firstDifference = (track: string, recorded: readonly string[], others: readonly string[]): readonly string[] => {
  const length = Math.max(recorded.length, others.length);
  const at = Array.from({ length }, (_, index) => index).find((index) => recorded[index] !== others[index]);
  if (at === undefined) return [];
  const before = at === 0 ? 'first' : `after '${recorded[at - 1]}' (decision ${at})`;
  return [`${track}: ${before}, the recording has ${shown(recorded[at])}, the simulation ${shown(others[at])}`];
};

const shown = (decision: string | undefined): string => (decision === undefined ? 'nothing more' : `'${decision}'`);
