/**
 * Makes stdout and stderr blocking. Node writes to pipes asynchronously, and what has not been written when the process ends is lost. Blocking costs no time here, because the
 * master always reads.
 */
import type { Output, OutputKey } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';

const key: OutputKey = 'PROTEUS_CLUSTER_OUTPUT';

/** Node's own handle of a stream, which has no public name. */
interface Handle {
  readonly setBlocking?: (blocking: boolean) => unknown;
}

const setBlocking = (stream: NodeJS.WriteStream): void => {
  const handle: Handle | undefined = Reflect.get(stream, '_handle');
  handle?.setBlocking?.(true);
  // An error means that the master has died. The worker must not die of it, because it may have requests to answer.
  stream.on('error', () => {});
};

/** Done when the stream is first used, because to create both takes two milliseconds, and a worker may never use them. */
const whenFirstUsed = (name: 'stdout' | 'stderr'): void => {
  const property = Object.getOwnPropertyDescriptor(process, name);
  if (property?.configurable !== true || !('get' in property)) return setBlocking(process[name]);
  const prepare = channel.safely(name, () => setBlocking(process[name]));
  Object.defineProperty(process, name, {
    ...property,
    get: () => {
      Object.defineProperty(process, name, property);
      prepare();
      return process[name];
    },
  });
};

const start = (): void => {
  if (process.env[key] !== ('pipe' satisfies Output)) return;
  whenFirstUsed('stdout');
  whenFirstUsed('stderr');
};

export { start };
