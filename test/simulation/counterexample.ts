import { messageOf } from '../../src/vocabulary/errors.js';
import { pictureOf } from '../../src/drawing/pictureOf.js';
import { pictureText } from '../../src/drawing/pictureText.js';
import { completeFeatureOptions } from '../../src/features/fold.js';
import { checkDiagramText } from '../../src/testing/diagrams/checkDiagram.js';
import type { WorkerBehaviour } from '../../src/testing/simulatedHost.js';
import type { History } from './run.js';
import type { Act, Command, Schedule } from './schedule.js';
import { suspensionMs } from './suspension.js';

/** A shrunken counterexample, to be saved in two files of this name. Plain data. */
export interface Counterexample {
  readonly name: string;
  /** In the format of `marbles/`, with what this cannot say in prose. */
  readonly diagram: string;
  /** The schedule. */
  readonly json: string;
}

/** Longer runs have wider columns. */
const mostColumns = 200;

/** A history as a text of `marbles/`. `what`: what is wrong with it, which begins with the name of the invariant. */
export const counterexample = (history: History, what: string, seed: number): Counterexample => {
  const { schedule } = history;
  const [invariant = ''] = what.split(':');
  const name = `${invariant}-${seed}`;
  const options = optionLines(schedule);
  const picture = pictureLines(history);
  const text = (prose: readonly string[]) =>
    [`# ${name}`, '', ...prose, '', 'options', ...options, '', picture, ''].join('\n');
  const missing = [...missingOptions(schedule), ...missingCommands(history), ...missingLives(history)];
  const prose = [
    `${what}.`,
    'The rows and decisions are what the master did. Correct what is wrong in them: as a diagram of marbles/ they are what is expected.',
    ...missing.map((line) => `The format cannot say: ${line}.`),
    playedText(text([what])),
    `The schedule is in ${name}.json.`,
  ];
  return { name, diagram: text(prose), json: `${scheduleText(schedule)}\n` };
};

/** A schedule as JSON. `Infinity`, which JSON does not have, is a text. */
export const scheduleText = (schedule: unknown): string =>
  JSON.stringify(schedule, (_, value: unknown) => (value === Infinity ? 'Infinity' : value), 2);

/** Reads such a JSON. */
export const readSchedule = (text: string): Schedule =>
  JSON.parse(text, (_, value: unknown) => (value === 'Infinity' ? Infinity : value));

const playedText = (text: string): string => {
  try {
    checkDiagramText(text);
    return 'Played as a diagram it comes out as it is drawn.';
  } catch (error) {
    const [first = ''] = messageOf(error).split('\n');
    return `Played as a diagram it does not come out as it is drawn: ${first.trim()}`;
  }
};

/** Options of the simulation that `cluster$` does not have, or has under another name. */
const notOptions: ReadonlySet<string> = new Set(['terminal', 'cut']);

const optionLines = ({ rules, commands }: Schedule): readonly string[] => {
  const defaults: Readonly<Record<string, unknown>> = {
    ...completeFeatureOptions({}),
    maxBooting: 'any',
    preload: true,
  };
  const given = Object.entries(rules).filter(
    ([name, value]) =>
      value !== undefined && !notOptions.has(name) && isSayable(name, value) && !isSame(value, defaults[name]),
  );
  const scales = commands.some(({ act }) => act === 'SIGTTIN' || act === 'SIGTTOU');
  return [
    ...given.map(([name, value]) => `  ${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ...(scales ? ['  signals {"SIGTTIN":"scale-up","SIGTTOU":"scale-down"}'] : []),
  ];
};

const isSame = (one: unknown, other: unknown): boolean => scheduleText(one) === scheduleText(other);

const isSayable = (name: string, value: unknown): boolean => {
  if (name === 'respawn') return typeof value === 'string' && value !== 'retry';
  if (name === 'ready') return value !== 'predicate';
  return value === Infinity || !scheduleText(value).includes('"Infinity"');
};

const missingOptions = ({ rules, sizes, random }: Schedule): readonly string[] => [
  ...Object.entries(rules)
    .filter(([name, value]) => !isSayable(name, value))
    .map(([name, value]) => `the option ${name} is ${compact(value)}`),
  ...(sizes.length > 0 ? [`the option worker is an observable that says ${compact(sizes)}`] : []),
  ...(random === 0.5 || rules.backoff.jitter === 0 ? [] : [`the random number is always ${random}`]),
];

/** The name of the row of an act; `undefined`: there is none. */
const rowOf = (act: Act): string | undefined => {
  if (act === 'unsubscribe' || act === 'suspend') return undefined;
  const [, slot = ''] = /slot (\d)$/.exec(act) ?? [];
  if (act.startsWith('restart slot')) return `restart ${slot}`;
  if (act.startsWith('pause: end')) return `resume ${slot}`;
  if (act.startsWith('pause: ')) return `pause ${slot}`;
  return act.replace('scale to', 'scale');
};

const missingCommands = ({ schedule: { commands }, done }: History): readonly string[] => [
  ...new Set(
    done.filter(({ act }) => rowOf(act) === undefined).map(({ act, time }) => `${actText(act)} at ${time} ms`),
  ),
  ...commands.flatMap(orderOf),
];

const actText = (act: Act): string => (act === 'suspend' ? `the machine is suspended for ${suspensionMs} ms` : act);

/** A diagram has the ms of a command, and not its place among what happens in this ms. */
const orderOf = (command: Command): readonly string[] => {
  const { act } = command;
  if ('on' in command)
    return command.wait === undefined ? [`${act} comes inside the ${ordinal(command.nth)} ${command.on}`] : [];
  return command.late ? [`${act} at ${command.at} ms comes after all else of that ms`] : [];
};

const ordinal = (nth: number): string => ['first', 'second', 'third', 'fourth'][nth - 1] ?? `${nth}th`;

/** What letters of a worker's row say. */
const inLetters: ReadonlySet<string> = new Set(['online', 'listening', 'leaves', 'crashes', 'walksOut']);

const missingLives = ({ schedule: { workers, others, rules }, forked }: History): readonly string[] => {
  // Its message is drawn as one; what it says matters only then.
  const needsReady = rules.ready === 'message' || rules.ready === 'predicate';
  const isDrawn = (name: string) => inLetters.has(name) || (name === 'saysReady' && !needsReady);
  return forked.flatMap((_, index) => {
    const life: WorkerBehaviour = workers[index] ?? others;
    const rest = Object.entries(life).filter(([name, value]) => value !== undefined && !isDrawn(name));
    return rest.length === 0 ? [] : [`worker ${index + 1} has ${compact(Object.fromEntries(rest))}`];
  });
};

const compact = (value: unknown): string => scheduleText(value).replaceAll(/\s+/g, ' ');

const pictureLines = ({ events, done, end, error, endedAt }: History): string => {
  const acts = [...new Set(done.flatMap(({ act }) => rowOf(act) ?? []))];
  const last = Math.max(endedAt, ...events.map(({ time }) => time));
  const column = Math.ceil((last + 2) / mostColumns);
  return pictureText(
    pictureOf({
      events,
      inputs: acts.map((name) => ({
        name,
        times: done.filter(({ act }) => rowOf(act) === name).map(({ time }) => time),
      })),
      ending:
        end === 'error'
          ? `error: ${error instanceof Error ? error.name : 'Error'}`
          : end === 'complete'
            ? end
            : undefined,
      column,
      width: Math.ceil((last + 2) / column),
    }),
  );
};
