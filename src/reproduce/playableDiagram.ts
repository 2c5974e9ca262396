import { type Picture, pictureOf, pictureText } from '../drawing.js';
import { DiagramError, EndlessSimulationError, readDiagram, simulateDiagram } from '../testing.js';
import { decisionsOf } from './decisionsOf.js';
import { differencesOf } from './differencesOf.js';
import { exitsOf } from './exitsOf.js';
import { noJson, optionLines } from './optionLines.js';
import type { Reproduction } from './reproduce.js';
import { runOnColumns } from './runOnColumns.js';

/** A diagram that can be played, or why there is none. */
export type PlayableDiagram = Playable | { readonly why: string };

interface Playable {
  /** The sections `options`, `diagram` and `decisions`, as text. */
  readonly sections: string;
  /** ms of a column. */
  readonly column: number;
}

interface Failure {
  readonly why: string;
  /** Shorter columns change nothing. */
  readonly isFinal?: boolean;
}

const mostRows = 1_000;
/** The columns of a diagram have four digits. */
const mostColumns = 9_999;
/** As many as can be overlooked: there are more only where the master would decide differently otherwise. */
const fewColumns = 100;
/** What signs hide of each other shows when the text is read again. */
const mostReadings = 4;

/**
 * A recorded run as a diagram in which the workers live in whole columns. Its columns are as long as possible (1, 2 or 5 ms, or ten times that, and so on) so that
 * the master decides in it as it was recorded, and that it comes out as it is drawn. There is none of a run that is too long, has too many workers, or has what no sign can say.
 */
export const playableDiagram = (reproduction: Reproduction): PlayableDiagram => {
  const infinite = noJson({ ...reproduction.config });
  if (infinite !== undefined) return { why: `the option ${infinite} has Infinity in it, which a diagram cannot hold` };
  const { length: workers } = reproduction.script.lives;
  if (workers > mostRows) return { why: `it has ${workers} workers, and a diagram at most ${mostRows} rows` };
  let why = `it is too long for ${mostColumns} columns`;
  for (const column of columnsFor(reproduction.script.until)) {
    const drawn = tryColumns(column, reproduction);
    if ('sections' in drawn) return drawn;
    ({ why } = drawn);
    if (drawn.isFinal === true) break;
  }
  return { why };
};

/** The longest first. */
const columnsFor = (duration: number): readonly number[] => {
  const steps = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
  const longest = steps.find((column) => duration / column <= fewColumns) ?? Infinity;
  return steps.filter((column) => column <= longest && duration / column < mostColumns).toReversed();
};

/** In longer columns a worker may fail each time at once, and its slot forks over and over. */
const tryColumns = (column: number, reproduction: Reproduction): Playable | Failure => {
  const drawn = caught(() => drawOnColumns(column, reproduction), EndlessSimulationError);
  return drawn instanceof EndlessSimulationError
    ? { why: `with columns of ${column} ms the master forks without end` }
    : drawn;
};

const drawOnColumns = (column: number, reproduction: Reproduction): Playable | Failure => {
  const { config, script, decisions } = reproduction;
  const { events, rows, ending, width } = runOnColumns(column, reproduction);
  const exits = exitsOf(events);
  const options = optionLines({
    column,
    ...(Object.keys(exits).length > 0 && { exits }),
    ...(script.random.some((drawn) => drawn !== middle) && { random: script.random }),
    ...config,
  });
  const textOf = (picture: Picture) => ['options', ...options, '', pictureText(fitted(picture)), ''].join('\n');
  let sections = textOf(pictureOf({ events, inputs: rows, ending, column, width }));
  for (let reading = 0; reading < mostReadings; reading += 1) {
    const played = play(sections);
    if ('why' in played) return { ...played, why: `with columns of ${column} ms it is malformed: ${played.why}` };
    const text = textOf(played.picture);
    if (text === sections) {
      const decided = decisionsOf(played.events.filter(({ time }) => time >= script.begin));
      const [difference] = differencesOf(decisions, decided);
      if (difference === undefined) return { sections, column };
      return { why: `with columns of ${column} ms the master decides differently. ${difference}` };
    }
    sections = text;
  }
  return { why: `with columns of ${column} ms its signs hide each other` };
};

/** What is drawn where nothing else is given. */
const middle = 0.5;

/** Nothing follows the last exit but one column. */
const fitted = (picture: Picture): Picture => {
  const runs = picture.rows.some(({ kind, marks }) => kind === 'worker' && !isExit(marks.at(-1)?.sign));
  return runs ? picture : { ...picture, width: Math.max(...picture.rows.map(({ to }) => to)) + 2 };
};

const isExit = (sign: string | undefined): boolean => sign === '|' || sign === 'x' || sign === 'k';

const play = (sections: string) => {
  const diagram = caught(() => readDiagram(`# A run\n\nA run.\n\n${sections}`), DiagramError);
  if (diagram instanceof DiagramError) return { why: problemOf(diagram) };
  const played = caught(() => simulateDiagram(diagram), DiagramError);
  return played instanceof DiagramError ? { why: problemOf(played), isFinal: true } : played;
};

const caught = <T, E extends Error>(run: () => T, type: abstract new (...args: never[]) => E): T | E => {
  try {
    return run();
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
};

const problemOf = ({ message }: DiagramError): string =>
  message.split('\n', 1)[0]?.replace(/^line \d+, column \d+: /, '') ?? '';
