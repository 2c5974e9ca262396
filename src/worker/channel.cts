/** What this worker and its master say to each other, unseen by the application. */
import type { MasterSays, WorkerSays } from '../protocol.js' with { 'resolution-mode': 'import' };

const say = (says: WorkerSays): void => {
  try {
    if (process.connected) process.send?.(says, undefined, undefined, () => {});
  } catch {
    // The channel may close between the question and the message; there is nobody left to tell.
  }
};

const hear = (act: (says: MasterSays) => void): void => {
  process.on('internalMessage', (message: unknown) => {
    if (isMasters(message)) act(message);
  });
};

const isMasters = (message: unknown): message is MasterSays =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_PROTEUS_CLUSTER';

export = { say, hear };
