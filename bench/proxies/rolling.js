import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';

/** A master in a process of its own, which rolls when it is asked. `details`: the workers' `exec` and `env`, and options of the cluster as `config`. */
export const rolling = (details) => {
  const master = fork(join(import.meta.dirname, 'master.js'), [JSON.stringify(details)]);
  const messages = on(master, 'message');
  const events = [];
  /** The next event of a type. */
  const hear = async (type) => {
    for (;;) {
      const {
        value: [event],
      } = await messages.next();
      events.push(event);
      if (event.type === type) return event;
    }
  };
  return {
    events,
    hear,
    roll: async () => {
      master.send('roll');
      const { result } = await hear('rolled');
      if (result.outcome !== 'done') throw new Error(`bench: a roll has ended with ${result.outcome}`);
    },
    end: async () => {
      master.disconnect();
      await once(master, 'exit');
    },
  };
};
