/** What this worker and its master say to each other, unseen by the application. */
import type { MasterSays, WorkerSays } from '../../vocabulary/protocol.js';
import * as masterSays from './masterSays.js';
import * as text from './text.js';

/** So many errors of the preload are reported: one that repeats must not flood the master. */
const most = 20;
let reported = 0;

/** `written`: called when it has left this process. */
const say = (says: WorkerSays, written: () => void = () => {}): void => {
  try {
    if (process.connected) process.send?.(says, undefined, undefined, () => written());
  } catch {
    // The channel may close between the question and the message; there is nobody left to tell.
  }
};

const report = (message: string): void => {
  if (reported >= most) return;
  reported += 1;
  say({ cmd: 'NODE_PROTEUS_CLUSTER:error', message });
};

/** Makes of a function one that never throws: nothing that is loaded into a worker may be what ends it. An error is reported to the master. */
const safely =
  <A extends readonly unknown[]>(what: string, act: (...args: A) => void) =>
  (...args: A): void => {
    try {
      act(...args);
    } catch (thrown) {
      const { name, message } = text.describe(thrown);
      report(`preload: ${what} failed: ${name}: ${message}`);
    }
  };

const hear = (act: (says: MasterSays) => void): void => {
  const take = safely('a frame of the master', act);
  process.on('internalMessage', (message: unknown) => {
    if (!masterSays.isMasters(message)) return;
    const says = masterSays.decode(message);
    if (says !== undefined) take(says);
    else if (masterSays.isKnown(message))
      report(
        'preload: a frame of the master does not fit: expected { feature }, { drain }, { alone } or { sample }. It is ignored',
      );
  });
};

/** What one feature and its part of the preload say to each other. */
const feature = (name: string) => ({
  say: (body: unknown): void => say({ cmd: 'NODE_PROTEUS_CLUSTER:feature', feature: name, body }),
  hear: (act: (body: unknown) => void): void =>
    hear((says) => {
      if ('feature' in says && says.feature === name) act(says.body);
    }),
});

export { feature, say, safely, hear };
