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
import type { ClusterEvent } from '../features/index.js';
import type { ClusterCommand } from '../vocabulary/events.js';
import { describeEvent } from '../log/describeEvent.js';
import { after } from '../operators/general/after.js';
import { createCmd } from '../operators/messages/cmd.js';
import { hasType } from '../operators/events/hasType.js';
import { signOf } from './alphabet.js';
import { rehearse } from './rehearse.js';
import { type Behaviour, simulatedHost } from './simulatedHost.js';

/** A scenario that has been read from text. */
export interface Diagram {
  readonly title: string;
  readonly options: Config;
  /** What comes from outside: signals, `restart`, `shutdown`, `force`, and when. */
  readonly inputs: readonly Input[];
  /** How each worker behaves, by the number of its fork. */
  readonly behaviours: ReadonlyMap<number, Behaviour>;
  /** What is heard of messages: rows `messages$` and `cmd m`. */
  readonly outputs: readonly string[];
  /** The last column, in ms. */
  readonly end: number;
  /** The part that is to come out again: rows and decisions. */
  readonly picture: string;
}

export interface Input {
  readonly name: string;
  readonly marks: string;
}

const margin = 18;

/**
 * Reads a scenario: a title, prose, `options`, a `diagram` whose columns are milliseconds, and the `decisions`.
 *
 * ```
 * f fork            o online                                r listens and is ready   a available
 * g leaves unasked  t asked to leave                        q SIGTERM (not where it comes with t)
 * k SIGKILL         | exit of a worker that was asked to    x any other exit
 * m sends { cmd: 'm' }             M sends three { cmd: 'M' } together
 * ```
 *
 * Below the workers, `messages$` and `cmd m` have the slot of whoever sent what is heard there, and `+` for several at once.
 *
 * A worker's row says at once what its process does (o, r, g, x, and how long from t to |) and what the master
 * does (f, a, t, q, k): the process is played as drawn, and the whole row must come out again.
 * Throws for a text that is none.
 */
export const read = (text: string): Diagram => {
  const sections = text.split(/^(?=options$|diagram$|decisions$)/m);
  const [head = ''] = sections;
  const part = (name: string) =>
    sections.find((section) => section.startsWith(`${name}\n`))?.slice(name.length + 1) ?? missing(name);
  const [, ...rows] = part('diagram')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const timelines = rows.map((row) => ({ name: row.slice(0, margin).trim(), marks: row.slice(margin).trimEnd() }));
  const workers = timelines.filter(({ name }) => name.startsWith('worker'));
  return {
    title: /^# (.+)$/m.exec(head)?.[1] ?? missing('# title'),
    options: Object.fromEntries(
      part('options')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(option),
    ),
    inputs: timelines.filter(({ name }) => !name.startsWith('worker') && !isOutput(name)),
    outputs: timelines.map(({ name }) => name).filter(isOutput),
    behaviours: new Map(
      workers.map(({ name, marks }) => [Number.parseInt(name.slice('worker'.length), 10), behaviour(marks)]),
    ),
    end: Math.max(...timelines.map(({ marks }) => marks.length)) + 1,
    picture: `diagram\n${part('diagram')}decisions\n${part('decisions')}`.trimEnd(),
  };
};

/**
 * Plays a scenario against the real master and draws what happened, in the form in which it was written.
 * Subscribe it under a `TestScheduler`; emits the picture once, when the master has ended or the last column is reached.
 *
 * @example
 * new TestScheduler(assert.deepEqual).run(() => play(read(text)).subscribe((picture) => console.log(picture)));
 */
export const play = ({ options, inputs, outputs, behaviours, end }: Diagram): Observable<string> =>
  defer(() => {
    const host = simulatedHost({ behave: (_, fork) => behaviours.get(fork) ?? {} });
    const wishes$ = new Subject<ClusterCommand>();
    const inputs$ = merge(...inputs.flatMap(occasions)).pipe(
      tap((name) => (name.startsWith('SIG') ? host.raise(name) : wishes$.next(wish(name)))),
      ignoreElements(),
    );
    const played$ = rehearse(host, options, wishes$).pipe(
      map((event): Told => event),
      endWith<Told>('complete'),
      catchError(({ name }: Error) => of<Told>(`error: ${name}`)),
    );
    return merge(played$, inputs$).pipe(
      takeUntil(after(end)),
      toArray(),
      map((told) => draw(told, inputs, outputs, end)),
    );
  });

type Told = ClusterEvent | string;

const occasions = ({ name, marks }: Input): readonly Observable<string>[] =>
  Array.from(marks).flatMap((mark, at) => (mark === '!' ? [after(at).pipe(map(() => name))] : []));

const wish = (name: string): ClusterCommand =>
  name === 'restart'
    ? { type: 'restart', request: 'restart()', why: 'restart()' }
    : { type: 'shutdown', force: name === 'force', why: name };

const behaviour = (marks: string): Behaviour => {
  const fork = marks.indexOf('f');
  const at = (mark: string) => (marks.includes(mark, fork) ? marks.indexOf(mark, fork) - fork : Infinity);
  const leaves = at('|') - at('t');
  return {
    online: at('o'),
    listening: at('r'),
    ...(/[mM]/.test(marks) && { says: sayings(marks, fork) }),
    ...(at('x') < Infinity && at('g') === Infinity && { crashes: { after: at('x') } }),
    ...(at('g') < Infinity && { walksOut: at('g'), leaves: at('x') - at('g') }),
    ...(at('t') < Infinity && { leaves: at('k') < Infinity || at('q') < Infinity ? Infinity : leaves }),
    ...(at('q') < Infinity && at('k') === Infinity && { terminates: at('|') - at('q') }),
  };
};

const sayings = (marks: string, fork: number) =>
  Array.from(marks).flatMap((cmd, column) =>
    cmd === 'm' || cmd === 'M'
      ? [{ after: column - fork, messages: Array.from({ length: cmd === 'm' ? 1 : 3 }, () => ({ cmd })) }]
      : [],
  );

/** What a worker's row shows; all else stands below, as a sentence. */
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

/** What a worker's row shows of an event. A later one in the same millisecond stands in front. */
const mark = (event: ClusterEvent): string | undefined => {
  if (!inRows.has(event.type)) return undefined;
  return event.type === 'message' && isTriple(event) ? 'M' : signOf(event);
};

const isTriple = createCmd(() => {})('M');

const draw = (told: readonly Told[], inputs: readonly Input[], outputs: readonly string[], end: number): string => {
  const events = told.filter((what) => typeof what !== 'string');
  const forks = events.filter(hasType('fork'));
  const lives = forks.map(({ worker }) => ({
    name: `worker ${worker.id}, slot ${worker.slot}`,
    marks: life(
      events.filter((event) => 'worker' in event && event.worker?.id === worker.id),
      end,
    ),
  }));
  const heard = outputs.map((name) => ({ name, marks: output(name, events) }));
  const rows = [...inputs, ...lives, ...heard].map(({ name, marks }) => `${name.padEnd(margin)}${marks}`);
  const decisions = told.flatMap((what) => (typeof what === 'string' ? [`${' '.repeat(6)}${what}`] : decision(what)));
  return ['diagram', `${' '.repeat(margin)}${ruler(end)}`, ...rows, '', 'decisions', ...decisions].join('\n');
};

const life = (events: readonly ClusterEvent[], end: number): string => {
  const marked = events.flatMap((event) => {
    const letter = mark(event);
    return letter === undefined ? [] : [[event.time, letter] as const];
  });
  const asked = events.find(hasType('retire'))?.time;
  const shown = new Map(marked.filter(([time, letter]) => letter !== 'q' || time !== asked));
  const times = [...shown.keys()];
  const gone = events.some(hasType('exit'));
  const last = gone ? Math.max(...times) : end - 1;
  return Array.from({ length: last + 1 }, (_, time) => shown.get(time) ?? (time < Math.min(...times) ? ' ' : '-')).join(
    '',
  );
};

const isOutput = (name: string): boolean => name === 'messages$' || name.startsWith('cmd ');

/** By the very operators that `messages$` is made of. */
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

/** A worker's row has what happens to it; what the master makes of it stands here. */
const decision = (event: ClusterEvent): readonly string[] => {
  const [, sentence] = describeEvent(event) ?? [];
  return !inRows.has(event.type) && !quiet.has(event.type) ? [`${String(event.time).padStart(4)}  ${sentence}`] : [];
};

const quiet: ReadonlySet<string> = new Set(['departure', 'listening', 'disconnect', 'stable', 'signal']);

const option = (line: string): readonly [string, unknown] => {
  const [, name = '', value = ''] = /^\s+(\w+)\s+(.+)$/.exec(line) ?? missing(`option in '${line}'`);
  return [name, /^[-\d{"[]|^(true|false)$/.test(value) ? JSON.parse(value) : value];
};

const missing = (what: string): never => {
  throw new Error(`a diagram without ${what}`);
};
