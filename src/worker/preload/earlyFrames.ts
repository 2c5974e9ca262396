/** What the face of this worker, if the application loads it, needs to know: how messages are serialised, and what came before it was loaded. */
import type { EarlyFrames, Batch, EarlyFramesKey, Acknowledgement } from '../../channel/frames.js';
import * as channel from './masterChannel.js';

const key: EarlyFramesKey = 'proteus-cluster:channel';

/** Said by the master in the environment, as Node says it; nothing that this worker starts inherits it. */
const variable = 'PROTEUS_CLUSTER_SERIALIZATION';

/** As many batches wait for the face. */
const most = 1_000;

const post: EarlyFrames = {
  serialization: 'json',
  batches: [],
  take: undefined,
  flush: () => {},
  ended: false,
  connection: undefined,
};

const isParcel = (message: unknown): message is Batch | Acknowledgement =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_PROTEUS_CLUSTER_BATCH';

const start = (): void => {
  if (process.env[variable] === 'advanced') post.serialization = 'advanced';
  delete process.env[variable];
  Reflect.set(globalThis, Symbol.for(key), post);
  const take = channel.safely('a message of the master', (message: Batch | Acknowledgement) => {
    if (post.take !== undefined) post.take(message);
    else if (post.batches.length < most) post.batches.push(message);
    // Nobody will read it: the master is not to wait for that.
    else if ('n' in message)
      process.send?.({ cmd: message.cmd, acknowledged: message.n }, undefined, undefined, () => {});
  });
  process.on('internalMessage', (message: unknown) => {
    if (isParcel(message)) take(message);
  });
  // What is in the pipe by the end of the process arrives; there is no waiting for more.
  process.on(
    'exit',
    channel.safely('sending what waits', () => {
      post.ended = true;
      post.flush();
    }),
  );
};

/** Nothing waits any more for its turn to be over. */
const flush: () => void = channel.safely('sending what waits', () => post.flush());

export { start, flush };
