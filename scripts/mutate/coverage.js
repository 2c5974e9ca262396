import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from './rules.js';
import { testOf, withEachTest } from './source.js';

/** How many mutations of each rule must be found by a diagram or by the simulation. */
const fewest = 3;

/** The folders of the pipeline: each of their files belongs to a rule. */
const pipeline = [
  'streams',
  'operators/respawn',
  'operators/restart',
  'operators/lifecycle',
  'operators/scaling',
  'operators/supervision',
  'operators/messages',
  'state',
];

/** For each rule how many of its mutations a diagram finds, the simulation, one of both, a marble test, and how many there are. */
const coverage = (root, mutations) =>
  rules.map((rule) => {
    const ofRule = mutations.filter(({ file }) => isOf(rule, file));
    const count = (...kinds) =>
      new Set(ofRule.filter((each) => kindsOf(root, each).some((kind) => kinds.includes(kind))).map(keyOf)).size;
    return {
      rule,
      diagrams: count('diagram'),
      simulation: count('simulation'),
      either: count('diagram', 'simulation'),
      virtual: count('diagram', 'simulation', 'marble test'),
      all: new Set(ofRule.map(keyOf)).size,
    };
  });

/** What is missing, one sentence each. */
export const uncovered = (root, mutations) => [
  ...coverage(root, mutations).flatMap(({ rule, either, virtual, all }) => {
    if (rule.decides === false) return [];
    const [found, by] =
      rule.by === 'unit tests'
        ? [all, 'a test']
        : rule.by === 'marble tests'
          ? [virtual, 'a diagram, the simulation or a marble test']
          : [either, 'a diagram or the simulation'];
    return found >= fewest
      ? []
      : [`${rule.name}: expected at least ${fewest} mutations that ${by} finds, found ${found}.`];
  }),
  ...filesOf(root).flatMap((file) => {
    const owners = rules.filter((rule) => isOf(rule, file));
    return owners.length === 1
      ? []
      : [`src/${file}.ts: expected it in one rule of scripts/mutate/rules.js, found it in ${owners.length}.`];
  }),
];

/** A table of Markdown with a row for each rule. */
export const coverageTable = (root, mutations) => {
  const rows = coverage(root, mutations).map(({ rule, ...counts }) => {
    const { diagrams, simulation, either, virtual, all } = rule.decides === false ? {} : counts;
    return [rule.name, diagrams, simulation, either, virtual, all, rule.why].map((cell) => cell ?? '');
  });
  const heading = ['rule', 'diagrams', 'simulation', 'either', 'with marble tests', 'all', 'note'];
  return [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

const isOf = ({ files }, file) => files.some((one) => (one.endsWith('/') ? file.startsWith(one) : file === one));

const keyOf = ({ file, search, replace }) => JSON.stringify([file, search, replace]);

const kindsOf = (root, mutation) => withEachTest(mutation).map((one) => kindOf(root, one));

const kindOf = (root, { test, red }) => {
  if (test === 'marbles') return 'diagram';
  if (test.startsWith('simulation/')) return 'simulation';
  return marbleTitles(root, test).some((title) => red?.endsWith(title)) ? 'marble test' : 'other';
};

const known = new Map();

/** The titles of the tests in virtual time that a file has. */
const marbleTitles = (root, test) => {
  const titles =
    known.get(test) ??
    Array.from(
      readFileSync(join(root, testOf({ test })), 'utf8').matchAll(/\bmarbles\(\s*(['"`])(.+?)\1,/gs),
      (found) => found[2].replaceAll(/\\(.)/g, '$1'),
    );
  known.set(test, titles);
  return titles;
};

/** The files that belong to a rule, without `.ts`. */
const filesOf = (root) => {
  const features = readdirSync(join(root, 'src/features'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'contract')
    .map(({ name }) => `features/${name}`);
  return [...pipeline, ...features].flatMap((folder) =>
    readdirSync(join(root, 'src', folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.slice(0, -'.ts'.length)}`),
  );
};
