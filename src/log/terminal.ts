import { styleText } from 'node:util';
import * as v from 'valibot';
import type { LogRecord } from '../vocabulary/logRecord.js';
import { harmless, harmlessInColour } from '../vocabulary/wording.js';
import type { Style } from './readOutputs.js';
import { parseRecord } from './parseRecord.js';
import { recordsIn } from './records.js';

type Colour = Parameters<typeof styleText>[0];

/** A destination for pino that prints the master's records for people: time, level mark, cluster, message. Further lines of a message are indented below the first. */
export const terminal = (out: {
  readonly write: (text: string) => unknown;
}): { readonly write: (json: string) => void } => {
  const record = v.object({ time: v.number(), level: v.number(), msg: v.string(), cluster: v.optional(v.string()) });
  return {
    write: (json) => {
      const parsed = v.safeParse(record, JSON.parse(json));
      // pino options of the application can give records another shape: those are printed unchanged.
      if (!parsed.success) {
        out.write(json);
        return;
      }
      const { time, level, msg, cluster } = parsed.output;
      out.write(aligned(begin(time, level), cluster ? styleText('bold', column(cluster)) : undefined, harmless(msg)));
    },
  };
};

/** Formats the workers' lines for people: time, level mark, cluster and slot in the slot's colour, message, other fields. */
export const forPeople: Style = (origin) => {
  const { cluster, slot } = origin.worker;
  const who = styleText(colours[(slot - 1) % colours.length] ?? 'cyan', column(cluster, slot));
  const text = ({ time, level, msg, fields, part, malformed }: LogRecord): string => {
    const { err, ...others } = fields;
    const otherFields = formatFields({
      ...others,
      ...(part !== undefined && { part }),
      ...(malformed && { malformed }),
    }).join(' ');
    const line = `${msg}${otherFields === '' ? '' : ` ${styleText('gray', otherFields)}`}`;
    return aligned(begin(time, level), who, harmlessInColour([line, ...stackOf(err)].join('\n')));
  };
  return {
    lines: (block) => {
      const written = Array.from(recordsIn(block), (record) => text(parseRecord(origin, record)));
      return { text: latin1(written.join('')), lines: written.length };
    },
    piece: (bytes, part) => ({ text: latin1(text(parseRecord(origin, bytes, part))), lines: 1 }),
  };
};

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** Colours of the slots. They differ from those of the warning and error marks. */
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

/** Fields that are not printed: they are the same in every line or already part of it. */
const omitted = new Set(['pid', 'hostname', 'name', 'v', 'worker']);

const formatFields = (fields: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(fields)
    .filter(([key]) => !omitted.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);

const stackOf = (err: unknown): readonly string[] => {
  if (typeof err !== 'object' || err === null) return [];
  const stack = 'stack' in err && typeof err.stack === 'string' ? err.stack : JSON.stringify(err);
  return stack.split('\n');
};

/** Indents every line below the first by the width of time and mark. */
const aligned = (start: string, who: string | undefined, text: string): string => {
  const [first = '', ...rest] = text.split('\n').map((line) => (who === undefined ? line : `${who} ${line}`));
  return `${[`${start} ${first}`, ...rest.map((line) => `${margin}${line}`)].join('\n')}\n`;
};

/** As wide as time and level mark. */
const margin = ' '.repeat(11);

/** The column that names the slot, or only the cluster for the master's own lines. Both have the same width for slots 1 to 9. */
const column = (cluster: string, slot?: number): string =>
  `${slot === undefined ? cluster.padEnd(cluster.length + 7) : `${cluster} slot ${slot}`} │`;
