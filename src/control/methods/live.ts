import { filter } from 'rxjs';
import { logs$, recentLogs, stats$ } from '../../index.js';
import { integer, objectOf, ref } from '../answerSchemas.js';
import { boundedLines } from '../boundedLines.js';
import { eventLines } from '../eventLines.js';
import { limitLines } from '../limitLines.js';
import { type LogSelection, logSelection } from '../logSelection.js';
import { record } from '../master.js';
import { method } from '../method.js';
import type { Outgoing } from '../outgoing.js';
import { contains, level } from '../parameterSchemas.js';
import { serializeOnce } from '../serializeOnce.js';
import { shortLine } from '../shortLine.js';
import { beforeLast, known } from './events.js';
import { masterReport } from './status.js';

interface Given extends Pick<LogSelection, 'level' | 'contains'> {
  readonly since?: number;
  readonly last?: number;
  readonly lines?: number;
  readonly rate?: number;
}

const maxLines = 2_000;
const usualRate = 100;

/** One stream, because a browser opens only six connections to a server, for all of its pages together. */
export const live = method<Given>({
  verb: 'GET',
  name: 'live',
  about:
    'Everything that a view of the master shows, in one stream: first the status with the id of the last event in it, then the kept events and those that come, a sample of each worker a second, and with `lines` what workers write, cut to a few kB a line.',
  parameters: {
    properties: {
      since: { type: 'integer', minimum: 0, description: 'Begin with the events after the one with this id.' },
      last: { type: 'integer', minimum: 0, description: 'Begin with so many events before now. Default: all.' },
      lines: {
        type: 'integer',
        minimum: 0,
        maximum: maxLines,
        description: 'Also what workers write, beginning with so many records. Default: nothing of it.',
      },
      level,
      contains,
      rate: {
        type: 'integer',
        minimum: 1,
        maximum: 10_000,
        description: `At most so many records a second; the others are dropped and counted. Default: ${usualRate}.`,
      },
    },
  },
  answer: {
    anyOf: [
      objectOf({ status: ref('MasterReport'), last: integer }),
      ref('RecordedEvent'),
      ref('Gap'),
      ref('Event'),
      ref('LogRecord'),
      ref('Dropped'),
    ],
  },
  answers: 'stream',
  handle: ({ given, lastEventId }) => {
    const { lines, rate = usualRate } = given;
    const isSelected = logSelection(given);
    const since = lastEventId ?? given.since;
    const begin = since === undefined ? beforeLast(given.last ?? Infinity, {}) : known(since);
    return {
      stream: (out) => {
        out.send(JSON.stringify({ status: masterReport(), last: record.last() }));
        const { finish } = eventLines(record, out, begin);
        sendSamples(out);
        if (lines !== undefined) sendRecords(out, { lines, rate, isSelected });
        return { serverCloses: finish };
      },
    };
  },
});

const sendSamples = (out: Outgoing): void => {
  const send = boundedLines(out);
  const subscription = stats$.subscribe((sample) => send(serializeOnce(sample)));
  out.onClose(() => subscription.unsubscribe());
};

interface Records {
  readonly lines: number;
  readonly rate: number;
  readonly isSelected: ReturnType<typeof logSelection>;
}

const sendRecords = (out: Outgoing, { lines, rate, isSelected }: Records): void => {
  const kept =
    lines === 0
      ? []
      : recentLogs(10 * maxLines)
          .filter(isSelected)
          .slice(-lines);
  for (const known of kept) out.send(shortLine(known));
  const limited = limitLines({ perSecond: rate, send: boundedLines(out), now: () => performance.now() });
  const subscription = logs$.pipe(filter(isSelected)).subscribe((written) => limited(() => shortLine(written)));
  out.onClose(() => subscription.unsubscribe());
};
