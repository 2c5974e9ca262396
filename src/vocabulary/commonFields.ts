import type { ErrorData } from './errorData.js';
import {
  as,
  boolean,
  type Field,
  listOf,
  mapOf,
  bytes,
  ms,
  number,
  objectOf,
  oneOf,
  optional,
  orNull,
  readFields,
  text,
} from './eventField.js';
import { latencyBounds, type ProcessUsage, type WorkerReport } from './stats.js';
import type { Address, Exit, FailedStart, RestartResult, WorkerRef } from './events.js';

// Types that several fields have. `docs/events.md` describes each of them once.

const workerFields = {
  id: number(
    "node:cluster's id of the worker. It is never used twice; negative for a worker that could not be forked.",
  ),
  slot: number(
    'The slot, 1 … N. It keeps its number while workers come and go. 0: a worker that has booted and has no slot yet.',
  ),
  generation: number('How many workers the slot has had, including this one.'),
  pid: optional(number('The process id. Left out if the process could not be started.')),
  cluster: text('The name of the cluster.'),
};
export const worker: Field<WorkerRef> = objectOf('`WorkerRef`', workerFields, 'The worker.');

const addressFields = {
  address: orNull(text('The IP address, or the path of a socket. `null`: all addresses.')),
  port: orNull(number('The port. -1 for the path of a socket.')),
  addressType: oneOf([4, 6, -1, 'udp4', 'udp6'], 'IPv4, IPv6, a socket file, or UDP.'),
};
export const address: Field<Address> = objectOf('`Address`', addressFields, 'Where the worker listens.');

/** Causes below this depth are refused. `errorData` makes none that deep. */
const maxCauseDepth = 32;
const errorAt = (depth: number): Field<ErrorData> => ({
  type: '`ErrorData`',
  meaning: 'The error.',
  read: (value) => (depth > maxCauseDepth ? undefined : readFields(errorFieldsAt(depth))(value)),
});
const errorFieldsAt = (depth: number) => ({
  name: text('The name of its class.'),
  message: text('The message.'),
  stack: text('The stack trace. Empty if what was thrown has none.'),
  code: optional(text("Node's code, such as `EADDRINUSE`.")),
  cause: optional(as(errorAt(depth + 1), 'The error that caused it.')),
  errors: optional(listOf(errorAt(depth + 1), 'The errors of an `AggregateError`.')),
});
export const error = errorAt(0);

export const exitFields = {
  code: orNull(number('The exit code. `null` if a signal ended it.')),
  signal: orNull(text('The signal that ended it. `null` if it exited by itself.')),
  requested: boolean('Whether this master had asked it to leave.'),
  reason: oneOf(
    ['requested', 'left', 'crash', 'spawn'],
    'This master had asked it to leave · it left on its own, after `leaving` · it exited without either · it could not be started.',
  ),
  uptime: ms('From its fork to its exit.'),
  cause: optional(as(error, 'The uncaught error that it died of, as the worker reported it.')),
};
export const exit: Field<Exit> = objectOf('`Exit`', exitFields, 'How the worker ended.');

const startFields = {
  failed: number('How many starts of the slot have failed.'),
  limit: number('How many may fail (`maxStartAttempts`).'),
};
export const failedStart: Field<FailedStart> = objectOf(
  '`FailedStart`',
  startFields,
  'How often the slot has failed to start.',
);

export const causeFields = {
  why: text('The reason.'),
  worker: optional(as(worker, 'The worker that was the reason, if one was.')),
  exit: optional(as(exit, 'How that worker ended.')),
};
const restartCause = objectOf('`RestartCause`', causeFields, 'Why the restart failed.');

const slots = listOf(number(''), '');
const doneFields = {
  outcome: oneOf(['done'], 'Every slot was replaced · a replacement failed · a shutdown came first.'),
  replaced: as(slots, 'The slots whose worker was replaced.'),
  kept: as(slots, 'The slots whose worker was not replaced.'),
};
const failedFields = {
  ...doneFields,
  outcome: oneOf(['aborted', 'cancelled'], doneFields.outcome.meaning),
  cause: as(restartCause, 'Why it was not done. Left out if it was.'),
};
const resultFieldsAt = (depth: number) => ({
  clusters: optional(
    mapOf(resultAt(depth + 1), 'If several clusters restarted together: the result of each, by name.'),
  ),
});
const resultAt = (depth: number): Field<RestartResult> => ({
  type: '`RestartResult`',
  meaning: 'The result, as `restart()` resolves with it.',
  read: (value) => {
    if (depth > 2) return undefined;
    const more = resultFieldsAt(depth);
    return readFields({ ...doneFields, ...more })(value) ?? readFields({ ...failedFields, ...more })(value);
  },
});
export const restartResult = resultAt(0);

const usageFields = {
  state: oneOf(['running', 'stopped'], 'Stopped by SIGSTOP, SIGTSTP or a debugger, or not.'),
  rss: bytes('Resident memory.'),
  cpu: ms('CPU time since its start, user and system together.'),
};
export const processUsage: Field<ProcessUsage> = objectOf(
  '`ProcessUsage`',
  usageFields,
  'What the operating system knows about the process. Left out if it does not tell.',
);

const eventLoopFields = {
  utilization: number('The share of the time since the last report in which the event loop was busy, from 0 to 1.'),
  delay: objectOf(
    '`{ mean, p50, p99, max }` in ms',
    { mean: ms(''), p50: ms(''), p99: ms(''), max: ms('') },
    'How late timers were since the last report. Of a worker that used less than 1 % of a core: how late the report was.',
  ),
};
const heapFields = { used: bytes(''), total: bytes(''), limit: bytes('') };
const latencyFields = { counts: listOf(number(''), ''), sum: ms('') };
const requestFields = {
  inFlight: number('HTTP requests that it is answering.'),
  completed: number('HTTP requests that it has answered while it was sampled.'),
  latency: objectOf(
    '`{ counts, sum }`',
    latencyFields,
    `Those of them that began while it was sampled, by their time from the start of the request to the end of the answer: how many took up to each of ${latencyBounds.join(', ')} ms and longer than the one before, and last those that took longer; and the sum of their times in ms.`,
  ),
};
const reportFields = {
  uptime: ms('How long it had run by then, on its own clock.'),
  eventLoop: objectOf('`EventLoopReport`', eventLoopFields, 'How busy its event loop is.'),
  heap: objectOf('`{ used, total, limit }` in bytes', heapFields, "V8's heap."),
  requests: objectOf('`RequestReport`', requestFields, 'The HTTP requests that it answers.'),
  connections: number('Open connections of its servers.'),
};
export const workerReport: Field<WorkerReport> = objectOf(
  '`WorkerReport`',
  reportFields,
  'What the worker last reported about itself. Left out with `preload: false`, and before its first report.',
);

/** The types that are described once, by name. */
export const sharedTypes: Readonly<Record<string, Readonly<Record<string, Field<unknown>>>>> = {
  WorkerRef: workerFields,
  Address: addressFields,
  ErrorData: errorFieldsAt(0),
  Exit: exitFields,
  FailedStart: startFields,
  RestartCause: causeFields,
  RestartResult: {
    ...failedFields,
    outcome: oneOf(['done', 'aborted', 'cancelled'], doneFields.outcome.meaning),
    cause: optional(failedFields.cause),
    ...resultFieldsAt(0),
  },
  ProcessUsage: usageFields,
  WorkerReport: reportFields,
  EventLoopReport: eventLoopFields,
  RequestReport: requestFields,
};
