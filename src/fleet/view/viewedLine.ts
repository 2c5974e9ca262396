import { type ClusterEvent, describeEvent, type LogLevel, type LogRecord } from '../../index.js';
import type { ViewedLine, ViewRequest } from './viewRequest.js';

/** In characters: more of a line, or of its fields, is not sent. */
const maxText = 4_000;

const levels: readonly (readonly [number, LogLevel])[] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
];
const order = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** A line of a worker, cut to what is sent. */
export const lineOfRecord = ({ worker, level, time, msg, fields }: LogRecord): ViewedLine => ({
  time,
  level: levels.find(([number]) => level >= number)?.[1] ?? 'trace',
  service: worker.cluster,
  slot: worker.slot,
  text: msg.slice(0, maxText),
  ...(Object.keys(fields).length > 0 && JSON.stringify(fields).length <= maxText && { fields }),
});

/** An event as its sentence; `undefined` for a message of a worker, whose content is its own. */
export const lineOfEvent = (event: ClusterEvent): ViewedLine | undefined => {
  const described = describeEvent(event);
  if (described === undefined) return undefined;
  const [level, text] = described;
  const slot = 'worker' in event ? event.worker?.slot : undefined;
  return {
    time: event.time,
    level,
    service: event.cluster,
    text: text.slice(0, maxText),
    type: event.type,
    ...(slot !== undefined && { slot }),
  };
};

/** Whether a request asks for a line. */
export const isAskedFor =
  ({ service, level }: ViewRequest) =>
  (line: ViewedLine): boolean =>
    (service === undefined || line.service === service) && order.indexOf(line.level) >= order.indexOf(level);
