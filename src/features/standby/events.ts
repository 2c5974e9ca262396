import { exit, worker } from '../../vocabulary/commonFields.js';
import { as, ms, number, optional, text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { Exit, WorkerEvent } from '../../vocabulary/events.js';

export type StandbyDraft =
  /** A standby worker has booted and waits. `worker.slot` is 0. `after`: ms since its fork. */
  | ({ readonly type: 'standby-begin'; readonly after: number } & WorkerEvent)
  /** A standby worker takes the slot of a worker that has left. `waited`: ms since it had booted. */
  | ({ readonly type: 'takeover'; readonly waited: number } & WorkerEvent)
  /**
   * A standby worker is none any more and takes no slot. `age`: ms since its fork. `exit`: it has ended by itself. `delay`: ms until the next one may boot, where it has failed, and `random`: what was drawn for its jitter; left out where
   * the next one boots as soon as every slot has a ready worker.
   */
  | ({
      readonly type: 'standby-end';
      readonly why: string;
      readonly age?: number;
      readonly exit?: Exit;
      readonly delay?: number;
      readonly random?: number;
    } & WorkerEvent);

export const standbyEvents: EventSchemas<StandbyDraft> = {
  'standby-begin': {
    about: 'worker',
    when: 'With the option `standby`: a standby worker has booted, has asked to listen, and waits. The slot of `worker` is 0.',
    fields: { worker, after: ms('From its fork until it had booted.') },
  },
  takeover: {
    about: 'worker',
    when: 'A standby worker takes the slot of a worker that has left. Follows its `fork`.',
    fields: { worker, waited: ms('How long it has waited since it had booted.') },
  },
  'standby-end': {
    about: 'worker',
    when: 'A worker that boots for standby, or has booted, will take no slot: it was replaced in a restart, the cluster shuts down, or it has failed. The slot of `worker` is 0.',
    fields: {
      worker,
      why: text('Why it is none any more.'),
      age: optional(ms('From its fork until then.')),
      exit: optional(as(exit, 'How it ended, if it has ended by itself.')),
      delay: optional(
        ms(
          'How long the next one waits before it boots. Left out if it boots as soon as every slot has a ready worker.',
        ),
      ),
      random: optional(number('Uniform in [0, 1), for the jitter of `delay`.')),
    },
  },
};
