/**
 * What this worker writes reaches the master whole: Node writes to pipes later, and what is left at the end of the process is lost. So here they are written
 * to at once. The master reads always, and keeps nobody waiting.
 */
import type { Output, OutputKey } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';

const key: OutputKey = 'PROTEUS_CLUSTER_OUTPUT';

/** Node's own handle of a stream, which has no public name. */
interface Handle {
  readonly setBlocking?: (blocking: boolean) => unknown;
}

const writeAtOnce = (stream: NodeJS.WriteStream): void => {
  const handle: Handle | undefined = Reflect.get(stream, '_handle');
  handle?.setBlocking?.(true);
  // The master has died: that is not for this worker to die of, which may still have requests to answer.
  stream.on('error', () => {});
};

/** When the stream is first used. To create both takes two milliseconds, and a worker may never write, or write to the descriptors itself. */
const whenFirstUsed = (name: 'stdout' | 'stderr'): void => {
  const property = Object.getOwnPropertyDescriptor(process, name);
  if (property?.configurable !== true || !('get' in property)) return writeAtOnce(process[name]);
  const prepare = channel.safely(name, () => writeAtOnce(process[name]));
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
