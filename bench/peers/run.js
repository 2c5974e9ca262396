// npm run peers -- [names …] [--scenario roll,…] [--load all] [--workers 2] [--delay 0] [--rolls 2] [--node PATH] [--json FILE]
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { masters } from './masters.js';
import { add, read } from './results.js';
import { scenarios } from './scenarios.js';
import { tables } from './tables.js';

const { values, positionals } = parseArgs({
  options: {
    scenario: {
      type: 'string',
      default: Object.keys(scenarios)
        .filter((name) => !scenarios[name].long)
        .join(),
    },
    load: { type: 'string' },
    workers: { type: 'string', default: '2' },
    delay: { type: 'string', default: '0' },
    rolls: { type: 'string', default: '2' },
    node: { type: 'string', default: process.execPath },
    json: { type: 'string' },
  },
  allowPositionals: true,
});

/** The parts of a list that are all known; `all` is every one. */
const among = (what, list, known) => {
  const chosen = list.length === 1 && list[0] === 'all' ? known : list;
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${what}: expected some of ${known.join(', ')}, or all, got ${unknown}`);
  return chosen;
};
const number = (name, least) => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < least) {
    throw new Error(`--${name}: expected a whole number, ${least} or more, got ${values[name]}`);
  }
  return value;
};

const names = among('names', positionals.length === 0 ? ['all'] : positionals, Object.keys(masters));
const chosen = among('--scenario', values.scenario.split(','), Object.keys(scenarios));
const everyLoad = Object.values(scenarios).flatMap(({ loads = {} }) => Object.keys(loads));
// Some names of loads have a comma in them; on the command line it is a semicolon.
const named = values.load?.split(',').map((name) => name.replaceAll(';', ','));
const wanted = named === undefined ? undefined : among('--load', named, everyLoad);

/** The loads of a scenario that are to be run. */
const loadsOf = ({ loads, usual }) => {
  if (loads === undefined) return [undefined];
  return wanted === undefined ? usual : Object.keys(loads).filter((load) => wanted.includes(load));
};

const workers = number('workers', 1);
const delay = number('delay', 0);
const rolls = number('rolls', 1);
const version = execFileSync(values.node, ['--version'], { encoding: 'utf8' }).trim();

process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));

const results = [];
for (const scenario of chosen) {
  const { run, needs, loads: known } = scenarios[scenario];
  for (const load of loadsOf(scenarios[scenario])) {
    for (const name of names) {
      if (needs !== undefined && !masters[name].can.includes(needs)) continue;
      const begun = performance.now();
      const how = { name, node: values.node, workers, delay, rolls };
      const figures = await run(load === undefined ? how : { ...how, load: known[load] });
      const title = masters[name].title();
      results.push({ scenario, load, name, title, node: version, workers, delay, figures });
      const took = ((performance.now() - begun) / 1_000).toFixed(0);
      process.stderr.write(
        `${[scenario, load, name].filter(Boolean).join(', ')}: ${JSON.stringify(figures)} (${took} s)\n`,
      );
      if (values.json !== undefined) add(values.json, results.slice(-1));
    }
  }
}

console.log(tables(values.json === undefined ? results : read(values.json)));
