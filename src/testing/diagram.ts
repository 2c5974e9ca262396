import {
  defer,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  catchError,
  endWith,
  Subject,
  takeUntil,
  tap,
  toArray,
} from 'rxjs';
import type { Config } from '../config/options.js';
import { featureCommand } from '../features/fold.js';
import type { ClusterEvent } from '../features/index.js';
import type { ClusterCommand } from '../vocabulary/events.js';
import { describeEvent } from '../log/describeEvent.js';
import { after } from '../operators/general/after.js';
import { createCmd } from '../operators/messages/cmd.js';
import { hasType } from '../operators/events/hasType.js';
import { signOf } from './alphabet.js';
import { addedBehaviours, isBehaviourRow } from './behaviourRows.js';
import { rehearse } from './rehearse.js';
import { type WorkerBehaviour, simulatedHost } from './simulatedHost.js';

/** A scenario that has been read from text. */
export interface Diagram {
  readonly title: string;
  readonly options: Config;
  /** How many ms a column is: the option `column`, or 1. */
  readonly column: number;
  /** The rows of what comes from outside: signals, `restart`, `shutdown`, `force`, commands of features, `suspended 1h`, and those such as `worker 1 rss 600M`. */
  readonly inputs: readonly DiagramInput[];
  /** How each worker behaves, by the number of its fork. */
  readonly behaviours: ReadonlyMap<number, WorkerBehaviour>;
  /** The names of the rows of received messages: `messages$` and `cmd m`. */
  readonly outputs: readonly string[];
  /** The last column. */
  readonly end: number;
  /** The expected result: the rows and the decisions. */
  readonly picture: string;
}

/** A row of inputs: `!` in a column is the time of one. In a row such as `worker 1 rss 600M`, the first `!` is when that begins and the second when it ends. */
export interface DiagramInput {
  readonly name: string;
  readonly marks: string;
}

const labelWidth = 18;

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

/**
 * Runs a scenario with the real master and draws what happened, in the same form.
 * Subscribe to it under a `TestScheduler`. Emits the picture once, when the master has ended or the last column is reached, and completes.
 *
 * @example
 * new TestScheduler(assert.deepEqual).run(() => playDiagram(readDiagram(text)).subscribe((picture) => console.log(picture)));
 */
export const playDiagram = ({ options, column, inputs, outputs, behaviours, end }: Diagram): Observable<string> =>
  defer(() => {
    const simulated = simulatedHost({ behave: (_, fork) => behaviours.get(fork) ?? {} });
    let suspended = 0;
    const host = { ...simulated, now: () => simulated.now() + suspended };
    const commands$ = new Subject<ClusterCommand>();
    const given = inputs.filter(({ name }) => !isBehaviourRow(name));
    const inputs$ = merge(...given.flatMap((input) => timesOf(input, column))).pipe(
      tap((name) => {
        if (isSignal(name)) host.raise(name);
        else if (suspension.test(name)) suspended += suspendedMs(name);
        else commands$.next(commandOf(name));
      }),
      ignoreElements(),
    );
    const played$ = rehearse(host, options, commands$).pipe(
      map((event): Outcome => event),
      endWith<Outcome>('complete'),
      catchError(({ name }: Error) => of<Outcome>(`error: ${name}`)),
    );
    return merge(played$, inputs$).pipe(
      takeUntil(after(end * column)),
      toArray(),
      map((outcomes) => draw(outcomes.map(inColumns(column)), inputs, outputs, end)),
    );
  });

type Outcome = ClusterEvent | string;

/** An event whose time is its column. */
const inColumns =
  (column: number) =>
  (outcome: Outcome): Outcome =>
    typeof outcome === 'string' ? outcome : { ...outcome, time: Math.floor(outcome.time / column) };

const timesOf = ({ name, marks }: DiagramInput, column: number): readonly Observable<string>[] =>
  Array.from(marks).flatMap((mark, at) => (mark === '!' ? [after(at * column).pipe(map(() => name))] : []));

const isLife = (name: string): boolean => /^worker \d+, slot \d+$/.test(name);

const isSignal = (name: string): boolean => name.startsWith('SIG');

/** The machine is suspended for so long, which takes no column: the clock of the master has gone on, and its timers come late by it. */
const suspension = /^suspended (\d+)(s|min|h)$/;
const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
const suspendedMs = (name: string): number => {
  const [, count = '', unit = ''] = suspension.exec(name) ?? [];
  return Number(count) * (units[unit] ?? 0);
};

const checkInput = (name: string): void => {
  if (isSignal(name) || isBehaviourRow(name) || suspension.test(name) || featureCommand(name) !== undefined) return;
  if (['restart', 'shutdown', 'force'].includes(name)) return;
  throw new Error(
    `row '${name}': expected a signal, restart, shutdown, force, the command of a feature, suspended 1h, messages$, cmd …, or a worker such as 'worker 1, slot 1' or 'worker 1 rss 600M'`,
  );
};

const commandOf = (name: string): ClusterCommand => {
  if (name === 'restart') return { type: 'restart', request: 'restart()', why: 'restart()' };
  return featureCommand(name) ?? { type: 'shutdown', force: name === 'force', why: name };
};

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

/** Types that a worker's row shows. All others are sentences below the rows. */
export const inRows: ReadonlySet<ClusterEvent['type']> = new Set([
  'fork',
  'online',
  'ready',
  'available',
  'leaving',
  'retire',
  'kill',
  'message',
  'exit',
]);

/** The letter of an event in a worker's row. Of several in one millisecond the last is shown. */
const mark = (event: ClusterEvent): string | undefined => {
  if (!inRows.has(event.type)) return undefined;
  return event.type === 'message' && isTriple(event) ? 'M' : signOf(event);
};

const isTriple = createCmd(() => {})('M');

const draw = (
  outcomes: readonly Outcome[],
  inputs: readonly DiagramInput[],
  outputs: readonly string[],
  end: number,
): string => {
  const events = outcomes.filter((outcome) => typeof outcome !== 'string');
  const forks = events.filter(hasType('fork'));
  const lives = forks.map(({ worker }) => ({
    name: `worker ${worker.id}, slot ${worker.slot}`,
    marks: life(
      events.filter((event) => 'worker' in event && event.worker?.id === worker.id),
      end,
    ),
  }));
  const received = outputs.map((name) => ({ name, marks: output(name, events) }));
  const rows = [...inputs, ...lives, ...received].map(({ name, marks }) => `${name.padEnd(labelWidth)}${marks}`);
  const decisions = outcomes.flatMap((outcome) =>
    typeof outcome === 'string' ? [`${' '.repeat(6)}${outcome}`] : decision(outcome),
  );
  return ['diagram', `${' '.repeat(labelWidth)}${ruler(end)}`, ...rows, '', 'decisions', ...decisions].join('\n');
};

const life = (events: readonly ClusterEvent[], end: number): string => {
  const marked = events.flatMap((event) => {
    const letter = mark(event);
    return letter === undefined ? [] : [[event.time, letter] as const];
  });
  const asked = events.find(hasType('retire'))?.time;
  const shown = new Map(marked.filter(([time, letter]) => letter !== 'q' || time !== asked));
  const times = [...shown.keys()];
  const hasExited = events.some(hasType('exit'));
  const last = hasExited ? Math.max(...times) : end - 1;
  return Array.from({ length: last + 1 }, (_, time) => shown.get(time) ?? (time < Math.min(...times) ? ' ' : '-')).join(
    '',
  );
};

const isOutput = (name: string): boolean => name === 'messages$' || name.startsWith('cmd ');

/** Uses the operators that `messages$` is made of. */
const output = (name: string, events: readonly ClusterEvent[]): string => {
  const named = createCmd(() => {})(name.slice('cmd '.length));
  const columns: string[] = [];
  for (const event of events.filter(hasType('message'))) {
    const { time, worker } = event;
    if (name === 'messages$' || named(event)) columns[time] = columns[time] === undefined ? String(worker.slot) : '+';
  }
  return Array.from(columns, (column) => column ?? '-').join('');
};

const ruler = (end: number): string =>
  Array.from({ length: Math.ceil(end / 10) }, (_, tens) => String(tens * 10).padEnd(10))
    .join('')
    .trimEnd();

/** The sentence of an event that no worker's row shows. */
const decision = (event: ClusterEvent): readonly string[] => {
  const [, sentence] = describeEvent(event) ?? [];
  return !inRows.has(event.type) && !withoutSentence.has(event.type)
    ? [`${String(event.time).padStart(4)}  ${sentence}`]
    : [];
};

const withoutSentence: ReadonlySet<string> = new Set(['departure', 'listening', 'disconnect', 'stable', 'signal']);

const option = (line: string): readonly [string, unknown] => {
  const [, name = '', value = ''] = /^\s+(\w+)\s+(.+)$/.exec(line) ?? missing(`option in '${line}'`);
  return [name, /^[-\d{"[]|^(true|false)$/.test(value) ? JSON.parse(value) : value];
};

const missing = (what: string): never => {
  throw new Error(`a diagram without ${what}`);
};
