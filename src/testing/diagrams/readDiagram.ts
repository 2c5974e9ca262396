import type { Config } from '../../config/options.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import { addedBehaviours } from './behaviourRows.js';
import { checkTraffic } from './checkTraffic.js';
import type { Diagram, DiagramCluster } from './diagram.js';
import { checkDecisions } from './diagramDecisions.js';
import { type Line, malformed } from './diagramError.js';
import { diagramOptions } from './diagramOptions.js';
import { type DiagramRow, diagramRows, widthOf } from './diagramRows.js';
import { diagramSections } from './diagramSections.js';
import { workerOf } from './rowNames.js';
import { workerLife } from './workerLife.js';

/** How a diagram is read. */
export interface ReadOptions {
  /** The file that the text is from, for errors. */
  readonly file?: string;
  /** Options that a text cannot hold, such as a respawn policy of your own. They come in addition to those of the text, and replace them. */
  readonly config?: Config;
}

/**
 * Reads a scenario: a title, a sentence, `options`, a `diagram` whose columns are milliseconds unless the options have `column`, and the `decisions`.
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
 *
 * Throws `DiagramError` for a text that is no scenario, with its line and column and what is expected there.
 *
 * @example
 * const { title, clusters } = readDiagram(readFileSync('roll.txt', 'utf8'), { file: 'roll.txt' });
 */
export const readDiagram = (text: string, { file, config = {} }: ReadOptions = {}): Diagram => {
  if (typeof text !== 'string')
    throw new ConfigError('readDiagram()', `expected the text of a diagram, got ${showValue(text)}`);
  const sections = diagramSections(text, file);
  const { column, clusters, supervisor, autoscale, random, exits, exitsLine } = diagramOptions(
    sections.options.header,
    sections.options.lines,
    config,
  );
  const rows = diagramRows(sections.diagram.header, sections.diagram.lines);
  const workers = rows.filter(({ kind }) => kind === 'worker');
  checkWorkers(workers);
  const lives = workers.map((row) =>
    workerLife(row, { column, ready: readyOf(row.name, clusters), exit: exits.get(workerOf(row.name)) }),
  );
  for (const worker of exits.keys())
    if (exitsLine !== undefined && !lives.some((life) => life.worker === worker))
      malformed(
        exitsLine,
        Math.max(0, exitsLine.text.indexOf(`"${worker}"`)),
        `exits.${worker}: expected also a row 'worker ${worker}, slot …'`,
      );
  const inputs = rows.filter(({ kind }) => kind === 'input');
  const added = addedBehaviours(inputs, lives, column);
  checkTraffic(inputs, lives);
  checkDecisions(sections.decisions.lines);
  const [ruler = sections.diagram.header, ...drawn] = sections.diagram.lines;
  return {
    title: sections.title,
    sentence: sections.sentence,
    clusters,
    supervisor,
    autoscale,
    column,
    random,
    inputs: inputs.map(({ name, marks }) => ({ name, marks })),
    outputs: rows.filter(({ kind }) => kind === 'output').map(({ name }) => name),
    behaviours: new Map(lives.map(({ worker, behaviour }) => [worker, { ...behaviour, ...added.get(worker) }])),
    end: widthOf(rows),
    picture: pictureOf(sections.diagram.lines, sections.decisions.lines),
    expected: { ruler, rows: drawn, header: sections.decisions.header, decisions: sections.decisions.lines },
  };
};

/** Workers are counted by their forks, in all slots and clusters. */
const checkWorkers = (rows: readonly DiagramRow[]): void => {
  const known = new Map<number, DiagramRow>();
  for (const row of rows) {
    const worker = workerOf(row.name);
    const before = known.get(worker);
    if (before !== undefined)
      malformed(
        row.line,
        row.line.text.indexOf('worker '),
        `expected 'worker ${worker}' once, and it is in line ${before.line.number}. Each fork has a number of its own`,
      );
    known.set(worker, row);
  }
};

/** What makes a worker ready, by the option of its cluster, whose name a row has where there are several. */
const readyOf = (row: string, clusters: readonly DiagramCluster[]): Config['ready'] =>
  (clusters.find(({ name }) => name !== undefined && row.startsWith(`${name}: `)) ?? clusters[0])?.options.ready;

const pictureOf = (rows: readonly Line[], decisions: readonly Line[]): string =>
  ['diagram', ...textOf(rows), '', 'decisions', ...textOf(decisions)].join('\n');

const textOf = (lines: readonly Line[]): readonly string[] => lines.map(({ text }) => text.trimEnd());
