import { filter } from 'rxjs';
import { atLeast, ConfigError, type LogLevel, type LogRecord, logs$, recentLogs } from '../../index.js';
import { ref } from '../answerSchemas.js';
import { boundedLines } from '../boundedLines.js';
import { selectedClusters } from '../master.js';
import { method } from '../method.js';
import { cluster, follow, type OfSlot, slot } from '../parameterSchemas.js';
import { RequestProblem } from '../requestProblem.js';
import { serializeOnce } from '../serializeOnce.js';

interface Given extends OfSlot {
  readonly level?: string;
  readonly output?: 'stdout' | 'stderr';
  readonly lines?: number;
  readonly follow?: boolean;
}

/** Each line of 256 kB of them may be empty, and a client may not read. */
const maxLines = 2_000;

export const logs = method<Given>({
  verb: 'GET',
  name: 'logs',
  about:
    'What workers have written: of about the last 256 kB. With `follow` also what they write. With `log: false` nothing is known.',
  parameters: {
    properties: {
      cluster,
      slot,
      level: {
        type: 'string',
        minLength: 1,
        description: 'Only records of at least this level of pino, by name or number.',
      },
      output: { type: 'string', enum: ['stdout', 'stderr'] },
      lines: {
        type: 'integer',
        minimum: 0,
        maximum: maxLines,
        description: 'Begin with so many records. Default: 2000.',
      },
      follow,
    },
  },
  answer: { anyOf: [ref('LogRecord'), ref('Dropped')] },
  answers: 'stream',
  problems: ['not-found'],
  handle: ({ given }) => {
    if (given.cluster !== undefined) selectedClusters(given.cluster);
    const isSelected = selection(given);
    return {
      stream: (out) => {
        const { lines = maxLines } = given;
        const kept =
          lines === 0
            ? []
            : recentLogs(10 * maxLines)
                .filter(isSelected)
                .slice(-lines);
        for (const record of kept) out.send(JSON.stringify(record));
        if (given.follow !== true) {
          out.end();
          return {};
        }
        const send = boundedLines(out);
        const subscription = logs$.pipe(filter(isSelected)).subscribe((record) => send(serializeOnce(record)));
        out.onClose(() => subscription.unsubscribe());
        return {};
      },
    };
  },
});

const selection = ({ cluster: name, slot: number, level, output }: Given) => {
  const isLevel = level === undefined ? () => true : atLeastLevel(level);
  return (record: LogRecord): boolean =>
    record.worker.cluster === (name ?? record.worker.cluster) &&
    record.worker.slot === (number ?? record.worker.slot) &&
    record.output === (output ?? record.output) &&
    isLevel(record);
};

const atLeastLevel = (level: string) => {
  try {
    // It throws for a word that is no level.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return atLeast(/^\d+$/.test(level) ? Number(level) : (level as LogLevel));
  } catch (error) {
    throw error instanceof ConfigError
      ? new RequestProblem('bad-request', error.message.replace(/^atLeast\(\)/, 'level'))
      : error;
  }
};
