import { writeSync } from 'node:fs';
import type { Logger, LoggerOptions } from 'pino';
import { ConfigError } from '../errors.js';
import type { ClusterEvent } from '../events.js';
import { pino } from '../needed.js';
import { describe } from './describe.js';
import { terminal } from './terminal.js';

/** The master's log. */
export interface Log {
  readonly event: (event: ClusterEvent) => void;
  /** What ended a cluster, or kept it from starting. */
  readonly failure: (error: unknown) => void;
}

const silence: Log = { event: () => {}, failure: () => {} };

/** For `false` nothing is written. Options make a logger that writes for a person on a terminal, JSON elsewhere. */
export const logTo = (log: Logger | LoggerOptions | false): Log => {
  if (log === false) return silence;
  const logger = isLogger(log) ? log : create(log);
  return {
    event: (event) => {
      const line = describe(event);
      if (line === undefined) return;
      const [level, sentence] = line;
      if (logger.isLevelEnabled(level)) logger[level](fields(event), sentence);
    },
    failure: (error) => logger.error({ err: error }, error instanceof Error ? error.message : String(error)),
  };
};

const isLogger = (log: Logger | LoggerOptions): log is Logger => 'child' in log && typeof log.child === 'function';

const create = (options: LoggerOptions): Logger => {
  const named = { name: 'proteus-cluster', ...options };
  const forPeople = process.stdout.isTTY && options.transport === undefined;
  try {
    return forPeople ? pino()(named, terminal({ write: toTerminal })) : pino()(named);
  } catch (error) {
    throw new ConfigError(
      'log',
      `expected options that pino takes; ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

/** By descriptor: when the terminal is closed under us, the streams (and console) would end the master with an error. */
const toTerminal = (text: string): void => {
  try {
    writeSync(1, text);
  } catch {
    // Nobody is there any more to read it.
  }
};

/** The record has a time of its own, and its serialisers know an error as `err`. */
const fields = ({ type, time, ...rest }: ClusterEvent): object => {
  if (!('error' in rest)) return { event: type, ...rest };
  const { error, ...others } = rest;
  return { event: type, ...others, err: error };
};
