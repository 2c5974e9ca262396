import { styleText } from 'node:util';
import * as v from 'valibot';
import type { LogRecord } from '../vocabulary/logRecord.js';
import { harmless, harmlessInColour } from '../vocabulary/wording.js';
import type { Style } from './readOutputs.js';
import { parseRecord } from './parseRecord.js';

type Colour = Parameters<typeof styleText>[0];

/** A destination for pino that writes the master's records as lines for a person: time, mark, cluster, sentence; the next lines of a sentence below its first. */
export const terminal = (out: {
  readonly write: (text: string) => unknown;
}): { readonly write: (json: string) => void } => {
  const record = v.object({ time: v.number(), level: v.number(), msg: v.string(), cluster: v.optional(v.string()) });
  return {
    write: (json) => {
      const told = v.safeParse(record, JSON.parse(json));
      // Somebody's own options can give a record another shape: it is passed on as it is.
      if (!told.success) {
        out.write(json);
        return;
      }
      const { time, level, msg, cluster } = told.output;
      out.write(aligned(begin(time, level), cluster ? styleText('bold', column(cluster)) : undefined, harmless(msg)));
    },
  };
};

/** The lines of workers for a person: time, mark, cluster and slot in the slot's colour, message, and what else a record has. A slot keeps its number while workers come and go. */
export const forPeople: Style = (origin) => {
  const { cluster, slot } = origin.worker;
  const who = styleText(colours[(slot - 1) % colours.length] ?? 'cyan', column(cluster, slot));
  const text = ({ time, level, msg, fields, part, malformed }: LogRecord): string => {
    const { err, ...others } = fields;
    const more = rest({ ...others, ...(part !== undefined && { part }), ...(malformed && { malformed }) }).join(' ');
    const line = `${msg}${more === '' ? '' : ` ${styleText('gray', more)}`}`;
    return aligned(begin(time, level), who, harmlessInColour([line, ...stackOf(err)].join('\n')));
  };
  return {
    lines: (block) => {
      const lines = block.toString('latin1').slice(0, -1).split('\n');
      const written = lines.map((line) => text(parseRecord(origin, Buffer.from(line, 'latin1')))).join('');
      return { text: latin1(written), lines: lines.length };
    },
    piece: (bytes, part) => ({ text: latin1(text(parseRecord(origin, bytes, part))), lines: 1 }),
  };
};

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** A slot keeps its colour; none of them is one of a mark for trouble. */
const colours = [
  'cyan',
  'magenta',
  'blue',
  'green',
  'cyanBright',
  'magentaBright',
  'blueBright',
  'greenBright',
] as const;

const begin = (time: number, level: number): string => {
  const [colour, mark] = style(level);
  return `${styleText('gray', new Date(time).toTimeString().slice(0, 8))} ${styleText(colour, mark)}`;
};

/** pino's numbers: 20 debug, 30 info, 40 warn, 50 error. */
const style = (level: number): readonly [Colour, string] => {
  if (level >= 50) return ['red', '■'];
  if (level >= 40) return ['yellow', '▲'];
  return level >= 30 ? ['green', '●'] : ['gray', '·'];
};

/** What everybody knows already, or stands elsewhere in the line. */
const known = new Set(['pid', 'hostname', 'name', 'v', 'worker']);

const rest = (fields: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(fields)
    .filter(([key]) => !known.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);

const stackOf = (err: unknown): readonly string[] => {
  if (typeof err !== 'object' || err === null) return [];
  const stack = 'stack' in err && typeof err.stack === 'string' ? err.stack : JSON.stringify(err);
  return stack.split('\n');
};

/** Each line of a text below the first has nothing where that has its time and mark. */
const aligned = (start: string, who: string | undefined, text: string): string => {
  const [first = '', ...rest] = text.split('\n').map((line) => (who === undefined ? line : `${who} ${line}`));
  return `${[`${start} ${first}`, ...rest.map((line) => `${margin}${line}`)].join('\n')}\n`;
};

/** As wide as time and mark. */
const margin = ' '.repeat(11);

/** Who speaks: a slot, or the master, whose lines are as wide as those of the slots from 1 to 9. */
const column = (cluster: string, slot?: number): string =>
  `${slot === undefined ? cluster.padEnd(cluster.length + 7) : `${cluster} slot ${slot}`} │`;
