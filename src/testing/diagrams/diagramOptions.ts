import { configure } from '../../config/configure.js';
import type { Config } from '../../config/options.js';
import { type AutoscaleOptions, autoscaleSettings } from '../../operators/scaling/autoscaleOptions.js';
import { isRecord } from '../../validation/isRecord.js';
import { oneOf, orInfinity, type Rule, type Rules, whole } from '../../validation/rule.js';
import { ConfigError, messageOf, showValue } from '../../vocabulary/errors.js';
import type { DiagramCluster, DiagramSupervisor } from './diagram.js';
import { type DiagramExit, exitsOf, exitsRule } from './diagramExits.js';
import { type Line, malformed } from './diagramError.js';
import { simulatedEnvironment } from '../simulatedEnvironment.js';

/** The options of a diagram. */
interface DiagramOptions {
  /** ms of a column. */
  readonly column: number;
  readonly clusters: readonly DiagramCluster[];
  readonly supervisor: DiagramSupervisor | undefined;
  readonly autoscale: AutoscaleOptions | undefined;
  /** What the master draws at random, in its order. */
  readonly random: readonly number[];
  /** How workers exit that do so in another way than a usual crash. */
  readonly exits: ReadonlyMap<number, DiagramExit>;
  /** The line of `exits`. */
  readonly exitsLine: Line | undefined;
}

interface Entry {
  readonly line: Line;
  readonly name: string;
  readonly value: unknown;
  /** Where the value begins in the line. */
  readonly at: number;
}

const day = 86_400_000;

/** The options that are the diagram's own. */
const ownRules: Rules = {
  column: {
    accepts: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= day,
    expected: `the ms of a column, a whole number from 1 to ${day} (a day)`,
  },
  supervisor: oneOf('oneForAll', 'restForOne'),
  intensity: orInfinity(whole(0)),
  period: orInfinity(whole(1)),
  random: {
    accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'number' && one >= 0 && one < 1),
    expected: 'what the master draws at random, in its order: numbers from 0 to less than 1, such as [0.5,0.25]',
  },
  exits: exitsRule,
  autoscale: { accepts: isRecord, expected: 'options of autoscale() such as {"min":1,"max":4}' },
};

const clusterRule: Rule = {
  accepts: (value) => typeof value === 'string' && /^[a-z][\w-]{0,19}$/i.test(value),
  expected: 'a name of at most 20 letters and digits',
};

/**
 * Reads lines such as `  minUptime 30` below the header. A line `  cluster web` begins the options of one of several clusters; what is above the first one is for all.
 * `config`: options that no text can hold; they replace those of the text. Throws `DiagramError` for an option that `cluster$` would refuse.
 */
export const diagramOptions = (header: Line, lines: readonly Line[], config: Config): DiagramOptions => {
  const [common = [], ...groups] = groupsOf(lines.map(entryOf));
  for (const group of groups) checkEntries(group.slice(0, 1), { cluster: clusterRule });
  for (const entries of [common, ...groups, groups.flatMap((group) => group.slice(0, 1))]) checkOnce(entries);
  const own = common.filter(({ name }) => Object.hasOwn(ownRules, name));
  checkEntries(own, ownRules);
  checkSupervision(own, groups.length > 0);
  checkAutoscale(common, groups.length > 0);
  const { column = 1, autoscale, random = [], exits, ...supervision }: OwnOptions = optionsOf(own);
  const shared = common.filter((entry) => !own.includes(entry));
  const clusters = (groups.length === 0 ? [[]] : groups).map(([cluster, ...entries]): DiagramCluster => {
    const options: Config = { ...optionsOf([...shared, ...entries]), ...config };
    const name = cluster && String(cluster.value);
    checkOptions(header, options, [...entries, ...shared]);
    return name === undefined ? { options } : { name, options: { ...options, name } };
  });
  return {
    column,
    clusters,
    supervisor: supervisorOf(supervision),
    autoscale,
    random,
    exits: exitsOf(exits),
    exitsLine: own.find(({ name }) => name === 'exits')?.line,
  };
};

const ofSupervisor: ReadonlySet<string> = new Set(['supervisor', 'intensity', 'period']);

/** There is no supervisor without clusters, and no `intensity` or `period` without a supervisor. */
const checkSupervision = (own: readonly Entry[], hasClusters: boolean): void => {
  const isSupervised = hasClusters && own.some(({ name }) => name === 'supervisor');
  for (const { line, name } of own)
    if (ofSupervisor.has(name) && !isSupervised)
      malformed(
        line,
        line.text.indexOf(name),
        `${name}: expected also 'supervisor oneForAll' or restForOne, and a line such as 'cluster web' for each of its clusters`,
      );
};

/** `autoscale()` scales one cluster, and says how many workers there are. */
const checkAutoscale = (common: readonly Entry[], hasClusters: boolean): void => {
  const entry = common.find(({ name }) => name === 'autoscale');
  if (entry === undefined) return;
  const worker = common.find(({ name }) => name === 'worker');
  if (hasClusters || worker !== undefined)
    malformed(
      entry.line,
      entry.line.text.indexOf('autoscale'),
      `autoscale: expected ${worker === undefined ? 'one cluster' : "no option worker: it decides, from its own option 'min' on"}`,
    );
  try {
    autoscaleSettings(isRecord(entry.value) ? entry.value : {});
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    malformed(entry.line, partOf(entry, thrown.option.split('.').at(-1)), thrown.message);
  }
};

/** As `ownRules` has checked them. */
interface OwnOptions {
  readonly column?: number;
  readonly autoscale?: AutoscaleOptions;
  readonly random?: readonly number[];
  readonly exits?: unknown;
  readonly supervisor?: DiagramSupervisor['name'];
  readonly intensity?: number;
  readonly period?: number;
}

/** The defaults are those of `oneForAll` and `restForOne`. */
const supervisorOf = ({ supervisor, intensity = 1, period = 5_000 }: OwnOptions): DiagramSupervisor | undefined =>
  supervisor && { name: supervisor, intensity, period };

/** The common options, and those of each cluster with the line `cluster` first. */
const groupsOf = (entries: readonly Entry[]): readonly (readonly Entry[])[] => {
  const groups: Entry[][] = [[]];
  for (const entry of entries)
    if (entry.name === 'cluster') groups.push([entry]);
    else groups.at(-1)?.push(entry);
  return groups;
};

const optionsOf = (entries: readonly Entry[]): object =>
  Object.fromEntries(entries.map(({ name, value }) => [name, value]));

/** Clusters differ by their names, all others by what they set. */
const checkOnce = (entries: readonly Entry[]): void => {
  const known = new Map<string, Line>();
  for (const { line, name, value } of entries) {
    const key = name === 'cluster' ? `cluster ${String(value)}` : name;
    const before = known.get(key);
    if (before !== undefined)
      malformed(line, line.text.indexOf(name), `expected '${key}' once, and it is in line ${before.number}`);
    known.set(key, line);
  }
};

const checkEntries = (entries: readonly Entry[], rules: Rules): void => {
  for (const { line, name, value, at } of entries) {
    const rule = rules[name];
    if (rule !== undefined && !rule.accepts(value))
      malformed(line, at, `${name}: expected ${rule.expected}, got ${showValue(value)}`);
  }
};

const entryOf = (line: Line): Entry => {
  const [, before = '', name = '', between = '', text = ''] = /^( +)(\w+)( +)(\S.*)$/.exec(line.text.trimEnd()) ?? [];
  if (name === '') {
    const begin = line.text.search(/\S/);
    if (begin === 0) malformed(line, 0, `expected two spaces before an option, got ${showValue(line.text)}`);
    malformed(line, begin, `expected an option and its value, such as 'worker 2', got ${showValue(line.text.trim())}`);
  }
  const at = before.length + name.length + between.length;
  return { line, name, value: valueOf(text, line, at), at };
};

/** JSON, or a word such as `listening`, `25%` or `Infinity`. */
const valueOf = (text: string, line: Line, at: number): unknown => {
  if (text === 'Infinity') return Infinity;
  if (/^[\d.]+%$/.test(text) || !/^[-\d{"[]|^(true|false)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const [, position = '0'] = /position (\d+)/.exec(messageOf(thrown)) ?? [];
    return malformed(
      line,
      at + Math.min(Number(position), text.length),
      `expected a value as in JSON, such as 30, "25%" or {"initial":4}: ${messageOf(thrown)}`,
    );
  }
};

/** The rules and the error texts are those of `cluster$`. */
const checkOptions = (header: Line, options: Config, entries: readonly Entry[]): void => {
  try {
    configure(options, simulatedEnvironment);
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    const [first = '', ...rest] = thrown.option.split(/[.[]/);
    const entry = entries.find(({ name }) => name === first);
    if (entry === undefined) return malformed(header, 0, thrown.message);
    malformed(entry.line, partOf(entry, rest.at(-1)), thrown.message);
  }
};

/** Where a part of an option is in its line. */
const partOf = ({ line, at }: Entry, part = ''): number => {
  const found = line.text.indexOf(`"${part}"`, at);
  return found === -1 ? at : found;
};
