import type { ClusterEvent } from '../../src/features/index.js';
import { signOf } from '../../src/drawing/alphabet.js';
import type { History } from './run.js';
import type { Whole } from './runSeveral.js';
import { featureActs } from './features.js';

/** One line of a diagram. */
interface Row {
  readonly name: string;
  readonly marks: { readonly time: number; readonly letter: string }[];
}

/** The longest silence that is drawn, in ms; a longer one is written down. */
const longestSilence = 6;

/**
 * Rows of marks as marbles, time from left to right, 1 ms a character. What happens at the same time stands in parentheses,
 * and all rows make room for it, so that a column is the same time in each.
 *
 * ```
 * time      0    5       27
 * slot 1    (fo)-r 21ms x
 * commands  ------ 21ms X
 * ```
 */
const draw = (rows: readonly Row[]): string => {
  const times = [...new Set(rows.flatMap(({ marks }) => marks.map(({ time }) => time)))].toSorted((a, b) => a - b);
  const margin = Math.max(4, ...rows.map(({ name }) => name.length)) + 2;
  let ruler = 'time'.padEnd(margin);
  let lines = rows.map(({ name }) => name.padEnd(margin));
  let now = 0;
  for (const time of times) {
    const quiet = silence(time - now);
    const cells = rows.map(({ marks }) => together(marks.filter((mark) => mark.time === time)));
    const width = Math.max(...cells.map((cell) => cell.length));
    const column = (lines[0] ?? '').length + quiet.length;
    // Where columns are narrower than their number, the ruler leaves one out.
    if (ruler.length < column || ruler.length === margin) ruler = `${ruler.padEnd(column)}${time}`;
    lines = lines.map((line, row) => `${line}${quiet}${(cells[row] ?? '').padEnd(width, '-')}`);
    now = time + 1;
  }
  return [ruler, ...lines].join('\n');
};

const together = (marks: Row['marks']): string => {
  const letters = marks.map(({ letter }) => letter).join('');
  return letters.length > 1 ? `(${letters})` : letters;
};

const silence = (ms: number): string => (ms > longestSilence ? ` ${ms}ms ` : '-'.repeat(ms));

const actLetters: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(featureActs).map(([name, { letter }]) => [name, letter])),
  restart: 'R',
  'restart slot 1': 'a',
  'restart slot 2': 'b',
  shutdown: 'X',
  force: '!',
  unsubscribe: '^',
  suspend: 'z',
  'scale to 1': '1',
  'scale to 2': '2',
  'scale to 5': '5',
  SIGUSR2: 'U',
  SIGTTIN: '+',
  SIGTTOU: '-',
  SIGINT: 'I',
  SIGTERM: 'T',
  SIGQUIT: 'Q',
};

/** The signs that are not the letter of their type. */
const meanings: Readonly<Record<string, string>> = { '|': 'exit as asked', q: 'kill by SIGTERM' };

/** The rows of a slot: the first for all that concerns it, one more for each worker that is there beside others. */
class Lanes {
  readonly rows: Row[] = [];
  readonly #taken: (number | undefined)[] = [];

  constructor(readonly slot: number) {}

  for(event: ClusterEvent): Row {
    const id = 'worker' in event && !('slot' in event) ? event.worker?.id : undefined;
    if (id === undefined) return this.#row(0);
    const known = this.#taken.indexOf(id);
    const free = this.#taken.indexOf(undefined);
    const lane = known >= 0 ? known : free >= 0 ? free : this.#taken.length;
    this.#taken[lane] = event.type === 'exit' ? undefined : id;
    return this.#row(lane);
  }

  #row(lane: number): Row {
    return (this.rows[lane] ??= { name: lane === 0 ? `slot ${this.slot}` : '', marks: [] });
  }
}

/** A run as a marble diagram, with a legend of the letters that are in it. */
export const diagram = ({ events, done, end, endedAt }: History): string => {
  const commands: Row = {
    name: 'commands',
    marks: done.map(({ act, time }) => ({ time, letter: actLetters[act] ?? '?' })),
  };
  const master: Row = { name: 'master', marks: [] };
  const slots = new Map<number, Lanes>();
  const legend = new Map<string, string>();
  for (const event of events) {
    const letter = signOf(event);
    const slot = 'slot' in event ? event.slot : 'worker' in event ? event.worker?.slot : undefined;
    const lanes = slot === undefined ? undefined : (slots.get(slot) ?? new Lanes(slot));
    if (lanes !== undefined) slots.set(lanes.slot, lanes);
    (lanes?.for(event) ?? master).marks.push({ time: event.time, letter });
    legend.set(`${lanes ? 'slot' : 'master'}  ${letter}`, meanings[letter] ?? event.type);
  }
  if (end === 'complete' || end === 'error') master.marks.push({ time: endedAt, letter: end === 'error' ? '#' : '|' });
  for (const { act } of done) legend.set(`commands  ${actLetters[act]}`, act);
  const lanes = [...slots.values()].toSorted((a, b) => a.slot - b.slot).flatMap(({ rows }) => rows);
  const explain = ({ name }: Row): string => {
    const known = [...legend].filter(([key]) => key.startsWith(`${name}  `));
    return `${name}: ${known.map(([key, meaning]) => `${key.at(-1)} ${meaning}`).join(', ')}`;
  };
  return [draw([commands, master, ...lanes]), '', ...[commands, master, { name: 'slot', marks: [] }].map(explain)].join(
    '\n',
  );
};

/** Several clusters: what became of each in a line, then each run as a diagram of its own, whose time counts from its start. */
export const diagramOfSeveral = ({ several, notes, runs, end, endedAt }: Whole): string => {
  const lines = notes.map((note) => {
    const which = note.child < 0 ? 'all' : `cluster ${note.child + 1}`;
    return `${String(note.time).padStart(5)} ms  ${which}: ${note.what}${note.what === 'end' ? `, ${note.how}` : ''}`;
  });
  const diagrams = runs.map(
    ({ child, begunAt, history }) => `cluster ${child + 1}, begun at ${begunAt} ms\n\n${diagram(history)}`,
  );
  return [`${several.together}: ${end} at ${endedAt} ms`, lines.join('\n'), ...diagrams].join('\n\n');
};
