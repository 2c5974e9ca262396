import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Config } from '../../config/options.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import { isPath, pathOf } from '../../vocabulary/path.js';
import { diagramDifferences } from './diagramDifferences.js';
import { type ReadOptions, readDiagram } from './readDiagram.js';
import { simulateDiagram } from './simulateDiagram.js';

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
  const error = diagramDifferences(diagram.expected, simulateDiagram(diagram).picture);
  if (error !== undefined) throw error;
};
