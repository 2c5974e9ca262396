import { configure } from '../config/configure.js';
import type { Config } from '../config/options.js';
import { ConfigError, messageOf, showValue } from '../vocabulary/errors.js';
import { type Line, malformed } from './diagramError.js';
import { simulatedEnvironment } from './simulatedEnvironment.js';

/** The options of a diagram. */
interface DiagramOptions {
  /** ms of a column. */
  readonly column: number;
  /** The options of `cluster$`. */
  readonly options: Config;
}

interface Entry {
  readonly line: Line;
  readonly name: string;
  readonly value: unknown;
  /** Where the value begins in the line. */
  readonly at: number;
}

const day = 86_400_000;

/** Reads lines such as `  minUptime 30` below the header. `config`: options that no text can hold; they come in addition. Throws `DiagramError` for an option that `cluster$` would refuse. */
export const diagramOptions = (header: Line, lines: readonly Line[], config: Config): DiagramOptions => {
  const entries = lines.map(entryOf);
  const known = new Map<string, Line>();
  for (const { line, name } of entries) {
    const before = known.get(name);
    if (before !== undefined)
      malformed(
        line,
        line.text.indexOf(name),
        `expected the option '${name}' once, and it is in line ${before.number}`,
      );
    known.set(name, line);
  }
  const { column = 1, ...options } = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  const columnEntry = entries.find(({ name }) => name === 'column');
  if (!isColumn(column) || column < 1 || column > day)
    return malformed(
      columnEntry?.line ?? header,
      columnEntry?.at ?? 0,
      `column: expected the ms of a column, a whole number from 1 to ${day} (a day), got ${showValue(column)}`,
    );
  checkOptions(header, { ...options, ...config }, entries);
  return { column, options: { ...options, ...config } };
};

const isColumn = (value: unknown): value is number => Number.isInteger(value);

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
    const part = entry.line.text.indexOf(`"${rest.at(-1) ?? ''}"`, entry.at);
    malformed(entry.line, part === -1 ? entry.at : part, thrown.message);
  }
};
