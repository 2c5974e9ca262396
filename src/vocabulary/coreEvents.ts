import { address, causeFields, error, exit, exitFields, failedStart, restartResult, worker } from './commonFields.js';
import { anything, as, boolean, listOf, mark, ms, number, objectOf, oneOf, optional, text } from './eventField.js';
import type { EventSchemas } from './eventSchema.js';
import type { EventDraft } from './events.js';

const why = text('The reason, in words.');
const slot = number('The slot.');
const slots = listOf(number(''), 'The slots.');
const roll = number('The number of the roll, from 1.');
const requests = listOf(text(''), 'The requests that this roll answers.');
const after = ms('Since it was forked.');
const start = optional(as(failedStart, 'Until a worker has been available: how often the slot has failed to start.'));
const backoffFields = {
  slot,
  worker: as(worker, 'The worker that left.'),
  delay: optional(ms('Until the next worker is forked. Left out if that never happens.')),
  charged: boolean('Whether the exit counts against `maxForkCount`: it came before `minUptime`.'),
  spent: number('How many exits count, of all slots together.'),
  limit: optional(number('How many may count (`maxForkCount`). Left out for no limit.')),
  start,
  why: optional(text('The reason of the policy, if it has one of its own.')),
};

/** The events of the core. `docs/events.md` is generated from this. */
export const coreEvents: EventSchemas<EventDraft> = {
  fork: {
    about: 'worker',
    when: 'A worker process is started.',
    fields: { worker, why: oneOf(['start', 'scale', 'respawn', 'roll'], 'Why it is started.') },
  },
  online: { about: 'worker', when: 'Node runs in the worker.', fields: { worker } },
  listening: { about: 'worker', when: 'The worker listens.', fields: { worker, address } },
  ready: {
    about: 'worker',
    when: 'The worker is ready, as the `ready` option defines.',
    fields: {
      worker,
      why: text("What made it ready: `listens on 127.0.0.1:8080`, `online for 1000 ms`, `sent 'ready'`."),
      lacks: optional(
        listOf(
          address,
          'Where the worker that it replaces listened and it does not, although `readyTimeout` has passed.',
        ),
      ),
    },
  },
  available: {
    about: 'worker',
    when: "The worker has been ready for `minReadyTime`. With `ready: 'auto'`, if other workers of the cluster have listened meanwhile, it has too.",
    fields: { worker, after: ms('Since it was ready.') },
  },
  stable: {
    about: 'worker',
    when: 'The worker has run for `minUptime`. The early exits of its slot no longer count.',
    fields: { worker, after },
  },
  overdue: {
    about: 'worker',
    when: 'The worker is not ready after `readyTimeout`. If it was to replace another one that is still there, it is killed and the old one stays; otherwise nothing is done about it, also in a restart with `maxSurge: 0`.',
    fields: { worker, after },
  },
  message: {
    about: 'worker',
    when: 'The worker sent a message, by `process.send`, `send` or `request`. Each message is one event.',
    fields: {
      worker,
      message: anything('The message. Values that JSON cannot represent are described, see [Messages](#messages).'),
      request: optional(mark('The worker waits for a reply. `messages$` has `reply`.')),
      handle: optional(mark('A socket or server came with it. `messages$` has it.')),
    },
  },
  'replace-request': {
    about: 'worker',
    when: 'The worker got SIGTERM from outside and asks to be replaced; it serves until then. A `restart` of its slot follows, unless the cluster shuts down. Once per worker.',
    fields: { worker, why },
  },
  leaving: {
    about: 'worker',
    when: "The worker leaves without having been asked: it got a second SIGTERM (with `respawn: 'temporary'` or `'transient'` the first), has disconnected, or has closed its servers. It is replaced at once, and has `disconnectTimeout` to exit.",
    fields: { worker, why, uptime: ms('Since its fork.') },
  },
  retire: { about: 'worker', when: 'The master asks the worker to leave.', fields: { worker, why } },
  cut: {
    about: 'worker',
    when: 'The worker leaves, and has closed connections that may have been in use.',
    fields: { worker, connections: number('How many.'), why },
  },
  hooks: {
    about: 'worker',
    when: 'The worker leaves, has answered all requests, and calls the functions given to `onStop`.',
    fields: { worker, names: listOf(text(''), 'The names of the functions, in order.') },
  },
  kill: {
    about: 'worker',
    when: 'The master sends SIGKILL, or SIGTERM to a worker that was asked to leave and is still there, so that its own handlers run, or SIGABRT to one that hangs.',
    fields: {
      worker,
      signal: oneOf(['SIGTERM', 'SIGABRT', 'SIGKILL'], 'The signal.'),
      why,
      remaining: optional(ms('With SIGTERM and SIGABRT: until SIGKILL. Left out if that never comes.')),
    },
  },
  disconnect: {
    about: 'worker',
    when: 'The IPC channel of the worker is closed.',
    fields: { worker, requested: boolean('Whether this master had asked it to leave.') },
  },
  exit: {
    about: 'worker',
    when: 'The worker process has exited. Always its last event.',
    fields: { worker, ...exitFields },
  },
  error: {
    about: 'worker',
    when: 'An error that does not end the cluster: of a fork, a message, a callback, a function of `onStop`, or a log that cannot be written.',
    fields: { error, worker: optional(as(worker, 'The worker it concerns, if it concerns one.')) },
  },
  started: {
    about: 'master',
    when: 'Every slot has a ready worker for the first time.',
    fields: { workers: number('How many.'), after: ms('Since the start.') },
  },
  departure: {
    about: 'master',
    when: 'A worker left without having been asked. The respawn policy decides about it. Emitted without `exit` when the worker begins to leave, and again with `exit` if nothing has been decided by then.',
    fields: {
      slot,
      worker: as(worker, 'The worker that left.'),
      exit: optional(as(exit, 'How it ended. Left out if its process still runs.')),
      why: text('How it left, in words.'),
      uptime: ms('From its fork until it began to leave.'),
      early: boolean('Whether it left before `minUptime`.'),
      failures: number('Consecutive early exits of the slot, this one included.'),
      spent: number('The sum of `failures` of all slots.'),
      everAvailable: boolean('Whether a worker of the cluster has been available before.'),
      failedStarts: number(
        'How often the slot has failed to start until a worker of the cluster was available; 0 afterwards.',
      ),
      others: objectOf(
        '`{ serving, viable, fewestFailedStarts }`',
        {
          serving: number('How many have a ready worker.'),
          viable: number('How many have a ready worker, or have not failed since their last stable worker.'),
          fewestFailedStarts: optional(
            number('The fewest failed starts of a slot whose worker may still become available.'),
          ),
        },
        'The other slots: how many have a ready worker, how many have one or have not failed since their last stable worker, and the fewest failed starts of one whose worker may still become available.',
      ),
      random: number('Uniform in [0, 1), for jitter.'),
    },
  },
  backoff: {
    about: 'master',
    when: 'A worker left on its own and will be replaced.',
    fields: backoffFields,
  },
  degraded: {
    about: 'master',
    when: "As `backoff`, but the budget or the slot's attempts to start are used up. The slot is respawned slowly, because others serve or may still start.",
    fields: backoffFields,
  },
  'give-up': {
    about: 'master',
    when: 'The budget is used up and no worker serves, or no slot could start. `shutdown` and a `ForkLimitError` follow.',
    fields: {
      slot,
      worker: as(worker, 'The last worker that left.'),
      why: text('How it ended, in words.'),
      reason: text('Why the policy gives up.'),
      spent: backoffFields.spent,
      limit: backoffFields.limit,
      start: optional(as(failedStart, 'If no slot could start: how often this one has failed.')),
      cause: optional(as(error, 'The uncaught error that the worker ended with.')),
    },
  },
  scale: {
    about: 'master',
    when: 'The number of slots changes, or stays as it is for a reason: the observable says why or has completed, or there is never fewer than one.',
    fields: { from: number('How many slots there were.'), to: number('How many there are now.'), why },
  },
  vacant: {
    about: 'master',
    when: 'A slot stays empty, as the respawn policy decided, until the next restart or scaling.',
    fields: {
      slot,
      why,
      error: optional(
        as(
          error,
          'Present if a `respawn` operator or policy gave up. `cluster$` errors with it when every slot is vacant.',
        ),
      ),
    },
  },
  restart: {
    about: 'master',
    when: 'A restart is requested.',
    fields: {
      request: text('The id of the request.'),
      why: text('What requested it.'),
      slot: optional(number('The slot, if only one is to be restarted.')),
      worker: optional(
        as(worker, 'Present if the restart is only for this worker. It has no effect if the worker has left.'),
      ),
    },
  },
  'restart-begin': {
    about: 'master',
    when: 'A roll begins.',
    fields: {
      roll,
      requests,
      slots: as(slots, 'The slots to replace. Empty if nothing is left to replace.'),
      slot: optional(number('The slot, if it is a restart of one.')),
    },
  },
  'replace-begin': {
    about: 'master',
    when: 'A slot gets a new worker in a roll.',
    fields: {
      roll,
      slot,
      overlap: boolean('Beside the old worker, or after it (`maxSurge: 0`).'),
      empty: optional(mark('There is no old worker: the slot is empty.')),
    },
  },
  'replace-end': {
    about: 'master',
    when: 'The new worker has replaced the old one.',
    fields: { roll, slot, worker: as(worker, 'The new worker.') },
  },
  'replace-abort': {
    about: 'master',
    when: 'The new worker was overdue or left, or the roll ended. The slot keeps its old worker. Where that has left first (`maxSurge: 0`), or the slot was empty, a new worker that is only overdue stays, and one that left is respawned.',
    fields: { roll, slot, ...causeFields },
  },
  'restart-end': {
    about: 'master',
    when: 'All slots are replaced and the old workers have exited, or a shutdown came first.',
    fields: { roll, requests, result: restartResult },
  },
  'restart-abort': {
    about: 'master',
    when: 'A replacement failed, and the roll ends.',
    fields: { roll, requests, result: restartResult },
  },
  mixed: {
    about: 'master',
    when: 'After an abort: the generation that each slot runs. A respawn loads the files that are on disk now.',
    fields: {
      roll,
      slots: listOf(
        objectOf(
          '`{ slot, generation, replaced }`',
          { slot, generation: number('The generation it runs.'), replaced: boolean('Whether the roll replaced it.') },
          '',
        ),
        'The slots, the generation of each, and whether the roll replaced it.',
      ),
    },
  },
  waiting: {
    about: 'master',
    when: 'Workers that were asked to leave are still there. On a terminal after 2 s and then every 5 s, elsewhere once after 10 s.',
    fields: {
      workers: listOf(
        objectOf('`{ worker, remaining }`', { worker, remaining: optional(ms('Until SIGKILL.')) }, ''),
        'The workers; `remaining`: ms until SIGKILL, left out if that never comes.',
      ),
    },
  },
  signal: {
    about: 'master',
    when: 'The master got a signal that it handles.',
    fields: {
      signal: text('Its name.'),
      action: oneOf(
        ['restart', 'shutdown', 'force', 'reopen', 'scale-up', 'scale-down'],
        'What the cluster does. `reopen`: it opens the log file again at its path.',
      ),
    },
  },
  reopen: {
    about: 'master',
    when: 'The log files are opened again at their paths, as `reopenLogs()` asks for. On a signal there is only its `signal`.',
    fields: { why: text('What requested it.') },
  },
  'log-dropped': {
    about: 'master',
    when: 'The log has dropped lines, because it had no room. Emitted for the first line, then at most every 5 s, and when there is room again.',
    fields: {
      lines: number('How many lines were dropped since the last such event.'),
      total: number('How many were dropped since the log was opened.'),
      why,
    },
  },
  shutdown: {
    about: 'master',
    when: 'All workers are asked to leave, or killed.',
    fields: { force: boolean('Whether they are killed.'), why: text('What requested it.') },
  },
  end: {
    about: 'master',
    when: 'The last worker has exited. The last event of a run.',
    fields: { why, after: ms('Since the start.') },
  },
};
