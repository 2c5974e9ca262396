import type { Scenario } from './scenario.js';

/** A scenario as a call of `simulate`, to be pasted into a test. */
export const scriptCode = ({ duration, workers, others, inputs, random }: Scenario): string => {
  const isListed = Object.keys(others).length === 0;
  const entries = [
    `duration: ${literal(duration)}`,
    workers.length === 0 && isListed
      ? undefined
      : `workers: ${isListed ? list(workers) : `byFork(${list(workers)}, ${literal(others)})`}`,
    inputs.length === 0 ? undefined : `inputs: ${list(inputs)}`,
    random === 0.5 ? undefined : `random: () => ${random}`,
  ];
  const lines = entries.filter((entry) => entry !== undefined).map((entry) => `  ${entry},`);
  return ['simulate(config, {', ...lines, '});'].join('\n');
};

const list = (items: readonly unknown[]): string =>
  items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${literal(item)},`).join('\n')}\n  ]`;

/** A value as JavaScript. */
const literal = (value: unknown): string => {
  if (typeof value === 'string') return `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${literal(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
};

/** A long number with separators. */
const numberText = (value: number): string =>
  Number.isInteger(value) && value >= 10_000 ? String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, '_') : String(value);
