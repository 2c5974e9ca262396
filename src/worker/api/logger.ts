import type { Logger } from 'pino';
import { lazy } from '../../dependencies/lazy.js';
import { loadPino } from '../../dependencies/pino.js';
import { writeNow } from '../../log/writeNow.js';
import type { OutputKey } from '../../vocabulary/protocol.js';
import { worker } from './worker.js';

const key: OutputKey = 'PROTEUS_CLUSTER_OUTPUT';
const { [key]: output } = process.env;

/** How much may wait for the end of the turn, in characters. */
const portion = 16_384;

/** The first line of a turn is written at once, the others of that turn together at its end: a write for each is what costs most. */
const together = (write: (text: string) => void) => {
  let waiting = '';
  let busy = false;
  let ending = false;
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  const rest = () => {
    flush();
    busy = false;
  };
  process.on('exit', () => {
    ending = true;
    flush();
  });
  return {
    write: (line: string) => {
      if (ending) return write(line);
      if (busy) {
        waiting += line;
        if (waiting.length >= portion) flush();
        return;
      }
      busy = true;
      setImmediate(rest);
      write(line);
    },
  };
};

/** Something may have set the pipe not to block, and it may be full; the master always reads. */
const toStdout = (text: string): void => writeNow(1, Buffer.from(text), Infinity);

const create = (): Logger => {
  const pino = loadPino();
  if (worker === undefined) return pino();
  // The master puts on each line who has written it.
  return output === 'pipe' ? pino({}, together(toStdout)) : pino({}).child({ worker });
};

/**
 * A pino logger whose lines stand in the master's log, each with the worker that has written it: complete also when the worker exits or dies of an uncaught error.
 * Where nobody reads a worker's output but who reads the master's (`log: false`) the lines have the worker as a field, and outside a worker it is plain pino.
 *
 * @example
 * logger.info({ order: 17 }, 'paid');
 */
export const logger: Logger = lazy(create);
