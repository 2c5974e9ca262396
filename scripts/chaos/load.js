import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The clients in a process of their own, and the requests that failed. */
export const startLoad = (port, seed) => {
  const child = fork(join(import.meta.dirname, 'clients.js'), [port, seed]);
  const exited = once(child, 'exit');
  const failed = [];
  child.on('message', (message) => {
    if (message.type === 'failed') failed.push(message);
  });
  const counted = async () => {
    child.send({ type: 'count' });
    for (;;) {
      const [message] = await once(child, 'message');
      if (message.type === 'count') return message;
    }
  };
  return {
    failed,
    counted,
    hog: () => child.send({ type: 'hog' }),
    /** Asks nothing more. Resolves when every request has ended; kills the clients if one has not by then. */
    end: async (patienceMs) => {
      child.send({ type: 'end' });
      const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      const [, signal] = await exited;
      clearTimeout(late);
      return { ended: signal === null };
    },
  };
};
