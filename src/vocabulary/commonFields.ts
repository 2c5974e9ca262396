import type { ErrorData } from './errorData.js';
import {
  as,
  boolean,
  type Field,
  listOf,
  mapOf,
  ms,
  number,
  objectOf,
  oneOf,
  optional,
  orNull,
  readFields,
  text,
} from './eventField.js';
import type { Address, Exit, FailedStart, RestartResult, WorkerRef } from './events.js';

// Types that several fields have. `docs/events.md` describes each of them once.

const workerFields = {
  id: number(
    "node:cluster's id of the worker. It is never used twice; negative for a worker that could not be forked.",
  ),
  slot: number('The slot, 1 … N. It keeps its number while workers come and go.'),
  generation: number('How many workers the slot has had, including this one.'),
  pid: optional(number('The process id. Left out if the process could not be started.')),
  cluster: text('The name of the cluster.'),
};
export const worker: Field<WorkerRef> = objectOf('`WorkerRef`', workerFields, 'The worker.');

const addressFields = {
  address: orNull(text('The IP address, or the path of a socket. `null`: all addresses.')),
  port: orNull(number('The port. `null` for the path of a socket.')),
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
};
