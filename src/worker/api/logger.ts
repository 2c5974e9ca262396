import type { Logger } from 'pino';
import { lazy } from '../../dependencies/lazy.js';
import { loadPino } from '../../dependencies/pino.js';
import { writeNow } from '../../log/writeNow.js';
import type { OutputKey } from '../../vocabulary/protocol.js';
import { worker } from './worker.js';

const key: OutputKey = 'PROTEUS_CLUSTER_OUTPUT';
const { [key]: output } = process.env;

/** The longest text that waits for the end of the turn, in characters. */
const maxWaitingCharacters = 16_384;

/** Writes the first line of a turn of the event loop at once, and the others of that turn together at its end, because writing each line by itself is slow. */
const joinLinesOfTurn = (write: (text: string) => void) => {
  let waiting = '';
  let waitsForTurn = false;
  let ending = false;
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  const endTurn = () => {
    flush();
    waitsForTurn = false;
  };
  process.on('exit', () => {
    ending = true;
    flush();
  });
  return {
    write: (line: string) => {
      if (ending) return write(line);
      if (waitsForTurn) {
        waiting += line;
        if (waiting.length >= maxWaitingCharacters) flush();
        return;
      }
      waitsForTurn = true;
      setImmediate(endTurn);
      write(line);
    },
  };
};

/** Retries without a limit if the pipe is full and does not block: the master always reads. */
const toStdout = (text: string): void => writeNow(1, Buffer.from(text), Infinity);

const create = (): Logger => {
  const pino = loadPino();
  if (worker === undefined) return pino();
  // The master adds the worker to each line.
  return output === 'pipe' ? pino({}, joinLinesOfTurn(toStdout)) : pino({}).child({ worker });
};

/**
 * A pino logger whose lines appear in the master's log, with the worker that wrote them. No line is lost when the worker exits or dies of an uncaught error.
 * With `log: false` each line has the worker as a field. Outside a worker it is plain pino.
 *
 * @example
 * logger.info({ order: 17 }, 'paid');
 */
export const logger: Logger = lazy(create);
