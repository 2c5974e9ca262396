/** What `proteus-cluster/worker` needs when the application imports it: how messages are serialised, and the frames that came before. */
import type { EarlyFrames, Batch, EarlyFramesKey, Acknowledgement } from '../../channel/frames.js';
import * as channel from './masterChannel.js';

const key: EarlyFramesKey = 'proteus-cluster:channel';

/** Set by the master. Deleted, so that child processes of this worker do not inherit it. */
const serializationVariable = 'PROTEUS_CLUSTER_SERIALIZATION';

/** How many batches wait for the application to import `proteus-cluster/worker`. */
const maxBatches = 1_000;

const early: EarlyFrames = {
  serialization: 'json',
  batches: [],
  take: undefined,
  flush: () => {},
  ended: false,
  connection: undefined,
};

const isBatch = (message: unknown): message is Batch | Acknowledgement =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_PROTEUS_CLUSTER_BATCH';

const start = (): void => {
  if (process.env[serializationVariable] === 'advanced') early.serialization = 'advanced';
  delete process.env[serializationVariable];
  Reflect.set(globalThis, Symbol.for(key), early);
  const receive = channel.safely('a message of the master', (message: Batch | Acknowledgement) => {
    if (early.take !== undefined) early.take(message);
    else if (early.batches.length < maxBatches) early.batches.push(message);
    // It is dropped, and acknowledged so that the master does not wait for it.
    else if ('n' in message)
      process.send?.({ cmd: message.cmd, acknowledged: message.n }, undefined, undefined, () => {});
  });
  process.on('internalMessage', (message: unknown) => {
    if (isBatch(message)) receive(message);
  });
  // What has been written to the pipe when the process ends arrives, so it is written now.
  process.on(
    'exit',
    channel.safely('sending waiting messages', () => {
      early.ended = true;
      early.flush();
    }),
  );
};

/** Sends what waits for the end of the turn. */
const flush: () => void = channel.safely('sending waiting messages', () => early.flush());

export { start, flush };
