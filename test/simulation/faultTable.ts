import { faults, type Meetings, pairOf, states } from './faultStates.js';
import { whyImpossible } from './impossible.js';

/** The pairs that were met although they are declared impossible. */
export const impossibleButMet = (meetings: Meetings): readonly string[] =>
  [...whyImpossible.keys()].filter((pair) => meetings[pair] !== undefined);

/** How often each fault met each state; `·` never, `/` impossible. Below it the pairs that were never met, and why the others cannot be. */
export const faultTable = (meetings: Meetings): string => {
  const rows = faults.map((fault) => [fault, ...states.map((state) => cellOf(pairOf(fault, state), meetings))]);
  const table = [['', ...states.map((_, index) => String(index + 1))], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return [
    'How often each fault met each state (· never, / impossible)',
    states.map((state, index) => `${index + 1} ${state}`).join(', '),
    '',
    ...lines,
    '',
    `Never met: ${pairsText((pair) => meetings[pair] === undefined && !whyImpossible.has(pair))}`,
    ...[...new Set(whyImpossible.values())].map(
      (why) => `Impossible, because ${why}: ${pairsText((pair) => whyImpossible.get(pair) === why)}`,
    ),
  ].join('\n');
};

/** `crash in ready, paused; hang in ready`: the states of each fault. */
const pairsText = (isOne: (pair: string) => boolean): string => {
  const texts = faults.flatMap((fault) => {
    const met = states.filter((state) => isOne(pairOf(fault, state)));
    return met.length === 0 ? [] : [`${fault} in ${met.join(', ')}`];
  });
  return texts.length === 0 ? 'none' : texts.join('; ');
};

const cellOf = (pair: string, meetings: Meetings): string => {
  const count = meetings[pair];
  if (count !== undefined) return String(count);
  return whyImpossible.has(pair) ? '/' : '·';
};
