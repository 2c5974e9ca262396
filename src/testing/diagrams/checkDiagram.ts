import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Config } from '../../config/options.js';
import type { Picture } from '../../drawing/picture.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import { isPath, pathOf } from '../../vocabulary/path.js';
import type { Diagram } from './diagram.js';
import { DiagramError } from './diagramError.js';
import { diagramDifferences } from './diagramDifferences.js';
import { playPicture } from './playDiagram.js';
import { type ReadOptions, readDiagram } from './readDiagram.js';

/** A diagram whose options sample each worker for a year would take too long. */
const mostTimers = 100_000;

/**
 * Plays the diagram in a file, and returns if it comes out exactly as it is drawn. A complete test of a diagram, in any test runner.
 * `config`: options that a text cannot hold, such as a respawn policy of your own.
 *
 * Throws `DiagramError` if the text is malformed, with its line and column; or if something else came out: the message has both sides of each line that differs, aligned.
 *
 * @example
 * test('a worker that crashes is respawned', () => checkDiagram('marbles/crash.txt'));
 */
export const checkDiagram = (file: string | URL, config: Config = {}): void => {
  if (!isPath(file))
    throw new ConfigError('checkDiagram()', `expected the path of a file with a diagram, got ${showValue(file)}`);
  const path = pathOf(file);
  checkDiagramText(readFileSync(path, 'utf8'), { file: relative('', path), config });
};

/**
 * The same for a text. `file` is its name in errors.
 *
 * @example
 * checkDiagramText(text, { config: { respawn: policy(permanent(), patient) } });
 */
export const checkDiagramText = (text: string, options: ReadOptions = {}): void => {
  const diagram = readDiagram(text, options);
  const error = diagramDifferences(diagram.expected, play(diagram));
  if (error !== undefined) throw error;
};

const play = (diagram: Diagram): Picture => {
  let picture: Picture | undefined;
  let failure: unknown;
  let timers = 0;
  const scheduler = new TestScheduler(() => {});
  const schedule = scheduler.schedule.bind(scheduler);
  // Nothing more happens when no timer is added, so virtual time ends.
  scheduler.schedule = (...timer) => {
    timers += 1;
    return timers > mostTimers ? Subscription.EMPTY : schedule(...timer);
  };
  scheduler.run(() =>
    playPicture(diagram).subscribe({
      next: (drawn) => (picture = drawn),
      error: (thrown: unknown) => (failure = thrown),
    }),
  );
  if (timers > mostTimers)
    throw new DiagramError(
      diagram.expected.header,
      1,
      `expected less to happen: it was stopped after ${mostTimers} timers. Use a smaller column, or fewer workers`,
    );
  if (picture === undefined) throw failure;
  return picture;
};
