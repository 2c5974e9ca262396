import { styleText } from 'node:util';
import { valibot } from '../needed.js';
import type { LogRecord } from '../records.js';
import type { Style } from './outputs.js';
import { recordOf } from './record.js';

type Colour = Parameters<typeof styleText>[0];

/** A destination for pino that writes the master's records as lines for a person: time, mark, cluster, sentence. */
export const terminal = (out: {
  readonly write: (text: string) => unknown;
}): { readonly write: (json: string) => void } => {
  const v = valibot();
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
      out.write(`${begin(time, level)} ${cluster === undefined ? '' : `${styleText('bold', cluster)} `}${msg}\n`);
    },
  };
};

/** The lines of workers for a person: time, mark, cluster and slot in the slot's colour, message, and what else a record has. */
export const forPeople: Style = (origin) => {
  const { cluster, slot } = origin.worker;
  const who = styleText(colours[(slot - 1) % colours.length] ?? 'cyan', `${cluster} ${slot} │`);
  const text = ({ time, level, msg, fields, part, malformed }: LogRecord): string => {
    const { err, ...others } = fields;
    const more = rest({ ...others, ...(part !== undefined && { part }), ...(malformed && { malformed }) }).join(' ');
    const line = `${begin(time, level)} ${who} ${harmless(msg)}${more === '' ? '' : ` ${styleText('gray', harmless(more))}`}`;
    return `${[line, ...stackOf(err).map((at) => `         ${who} ${harmless(at)}`)].join('\n')}\n`;
  };
  return {
    lines: (block) => {
      const lines = block.toString('latin1').slice(0, -1).split('\n');
      const written = lines.map((line) => text(recordOf(origin, Buffer.from(line, 'latin1')))).join('');
      return { text: latin1(written), lines: lines.length };
    },
    piece: (bytes, part) => ({ text: latin1(text(recordOf(origin, bytes, part))), lines: 1 }),
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

/** What a request brought into a line is not to move the cursor, or worse: colours stay, other control characters go. */
const harmless = (text: string): string =>
  text.replaceAll(control, (found) => (found.length > 1 || found === '\t' ? found : ''));
const control = new RegExp(String.raw`${String.fromCodePoint(27)}\[[\d;]*m|\p{Cc}`, 'gu');
