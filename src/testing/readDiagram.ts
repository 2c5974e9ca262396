import { labelWidth } from '../drawing/pictureText.js';
import { addedBehaviours } from './behaviourRows.js';
import type { Diagram } from './diagram.js';
import { checkInput } from './diagramInputs.js';
import type { WorkerBehaviour } from './simulatedHost.js';

/**
 * Reads a scenario: a title, prose, `options`, a `diagram` whose columns are milliseconds unless the options have `column`, and the `decisions`.
 *
 * ```
 * f fork            o online                                r listens and is ready   a available
 * g leaves unasked  t asked to leave                        q SIGTERM (not where it comes with t)
 * k SIGKILL         | exit of a worker that was asked to    x any other exit
 * m sends { cmd: 'm' }             M sends three { cmd: 'M' } together
 * ```
 *
 * Above the workers, a row such as `worker 1 rss 600M` has what no letter can say: from the first `!` to the second, or to its end, that worker uses 600 MB. Features have further ones.
 *
 * Below the workers, the rows `messages$` and `cmd m` have the slot of the worker that sent the message, and `+` for several at once.
 *
 * A worker's row has what its process does (o, r, g, x, and how long from t to |) and what the master does (f, a, t, q, k). The simulated process does what is drawn,
 * and the result must have the same row.
 * Throws for a text that is no scenario.
 */
export const readDiagram = (text: string): Diagram => {
  const sections = text.split(/^(?=options$|diagram$|decisions$)/m);
  const [head = ''] = sections;
  const part = (name: string) =>
    sections.find((section) => section.startsWith(`${name}\n`))?.slice(name.length + 1) ?? missing(name);
  const [, ...rows] = part('diagram')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const timelines = rows.map((row) => ({
    name: row.slice(0, labelWidth).trim(),
    marks: row.slice(labelWidth).trimEnd(),
  }));
  const { column = 1, ...options } = Object.fromEntries(
    part('options')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(option),
  );
  if (typeof column !== 'number' || column <= 0)
    throw new Error(`column: expected a number of ms above 0, got ${String(column)}`);
  const lives = timelines
    .filter(({ name }) => isLife(name))
    .map(({ name, marks }) => ({ worker: Number.parseInt(name.slice('worker'.length), 10), marks }));
  const inputs = timelines.filter(({ name }) => !isLife(name) && !isOutput(name));
  for (const { name } of inputs) checkInput(name);
  const forkedAt = new Map(lives.map(({ worker, marks }) => [worker, marks.indexOf('f')]));
  const added = addedBehaviours(inputs, forkedAt, column);
  return {
    title: /^# (.+)$/m.exec(head)?.[1] ?? missing('# title'),
    options,
    column,
    inputs,
    outputs: timelines.map(({ name }) => name).filter(isOutput),
    behaviours: new Map(
      lives.map(({ worker, marks }) => [worker, { ...behaviour(marks, column), ...added.get(worker) }]),
    ),
    end: Math.max(...timelines.map(({ marks }) => marks.length)) + 1,
    picture: `diagram\n${part('diagram')}decisions\n${part('decisions')}`.trimEnd(),
  };
};

const isLife = (name: string): boolean => /^worker \d+, slot \d+$/.test(name);

const isOutput = (name: string): boolean => name === 'messages$' || name.startsWith('cmd ');

const behaviour = (marks: string, column: number): WorkerBehaviour => {
  const fork = marks.indexOf('f');
  const at = (mark: string) => (marks.includes(mark, fork) ? (marks.indexOf(mark, fork) - fork) * column : Infinity);
  const leaves = at('|') - at('t');
  return {
    online: at('o'),
    listening: at('r'),
    ...(/[mM]/.test(marks) && { says: messagesOf(marks, fork, column) }),
    ...(at('x') < Infinity && at('g') === Infinity && at('k') === Infinity && { crashes: { after: at('x') } }),
    ...(at('g') < Infinity && { walksOut: at('g'), leaves: at('x') - at('g') }),
    ...(at('t') < Infinity && { leaves: at('k') < Infinity || at('q') < Infinity ? Infinity : leaves }),
    ...(at('q') < Infinity && at('k') === Infinity && { terminates: at('|') - at('q') }),
  };
};

const messagesOf = (marks: string, fork: number, column: number) =>
  Array.from(marks).flatMap((cmd, place) =>
    cmd === 'm' || cmd === 'M'
      ? [{ after: (place - fork) * column, messages: Array.from({ length: cmd === 'm' ? 1 : 3 }, () => ({ cmd })) }]
      : [],
  );

const option = (line: string): readonly [string, unknown] => {
  const [, name = '', value = ''] = /^\s+(\w+)\s+(.+)$/.exec(line) ?? missing(`option in '${line}'`);
  return [name, /^[-\d{"[]|^(true|false)$/.test(value) ? JSON.parse(value) : value];
};

const missing = (what: string): never => {
  throw new Error(`a diagram without ${what}`);
};
