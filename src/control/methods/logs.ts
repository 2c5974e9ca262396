import { filter } from 'rxjs';
import { logs$, recentLogs } from '../../index.js';
import { ref } from '../answerSchemas.js';
import { boundedLines } from '../boundedLines.js';
import { selectedClusters } from '../master.js';
import { limitLines } from '../limitLines.js';
import { type LogSelection, logSelection } from '../logSelection.js';
import { method } from '../method.js';
import { cluster, contains, follow, level, slot } from '../parameterSchemas.js';
import { serializeOnce } from '../serializeOnce.js';

interface Given extends LogSelection {
  readonly lines?: number;
  readonly rate?: number;
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
      level,
      contains,
      output: { type: 'string', enum: ['stdout', 'stderr'] },
      lines: {
        type: 'integer',
        minimum: 0,
        maximum: maxLines,
        description: 'Begin with so many records. Default: 2000.',
      },
      rate: {
        type: 'integer',
        minimum: 1,
        description: 'With `follow`: so many records a second at most. The others are counted. Default: all.',
      },
      follow,
    },
  },
  answer: { anyOf: [ref('LogRecord'), ref('Dropped')] },
  answers: 'stream',
  problems: ['not-found'],
  handle: ({ given }) => {
    if (given.cluster !== undefined) selectedClusters(given.cluster);
    const isSelected = logSelection(given);
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
        const { rate: perSecond = Infinity } = given;
        const limited = limitLines({ perSecond, send: boundedLines(out), now: () => performance.now() });
        const subscription = logs$.pipe(filter(isSelected)).subscribe((record) => limited(() => serializeOnce(record)));
        out.onClose(() => subscription.unsubscribe());
        return {};
      },
    };
  },
});
