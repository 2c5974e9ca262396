import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export const read = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);

const keyOf = ({ scenario, load, name, node, workers, delay }) =>
  JSON.stringify([scenario, load ?? '', name, major(node), workers, delay]);
export const major = (node) => node.split('.')[0].slice(1);

/** Puts results in a file; those of the same measurement that stand there are replaced. */
export const add = (file, results) => {
  const all = new Map([...read(file), ...results].map((result) => [keyOf(result), result]));
  writeFileSync(file, `[\n${[...all.values()].map((result) => JSON.stringify(result)).join(',\n')}\n]\n`);
};
