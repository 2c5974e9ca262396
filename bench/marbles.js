import { readdirSync, readFileSync } from 'node:fs';
import { checkDiagram } from 'proteus-cluster/testing';
import { interleave, ownAtMost, row } from './pairs.js';

const folder = new URL('../marbles/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => new URL(name, folder));

const timed = (work) => () => {
  const begun = performance.now();
  for (const file of files) work(file);
  return { ms: performance.now() - begun };
};

/** All diagrams of marbles/ are read, played in virtual time and compared. The baseline only reads the files. */
export const measure = async (pairs) => {
  const read = timed((file) => readFileSync(file, 'utf8'));
  const samples = await interleave('marbles', pairs, { minimal: read, proteus: timed(checkDiagram), again: read });
  return [
    row(`the ${files.length} diagrams of marbles/, against reading them`, samples, ({ ms }) => ms, {
      unit: ' ms',
      goal: ownAtMost(2_000, ' ms'),
      added: true,
    }),
  ];
};
