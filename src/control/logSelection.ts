import { atLeast, ConfigError, type LogLevel, type LogRecord } from '../index.js';
import { RequestProblem } from './requestProblem.js';

export interface LogSelection {
  readonly cluster?: string;
  readonly slot?: number;
  /** By name or number. */
  readonly level?: string;
  readonly output?: 'stdout' | 'stderr';
  /** A part of the message, in any case. */
  readonly contains?: string;
}

/** Creates a predicate for the records that are selected. Throws `RequestProblem` for a word that is no level. */
export const logSelection = ({ cluster: name, slot: number, level, output, contains }: LogSelection) => {
  const isLevel = level === undefined ? () => true : atLeastLevel(level);
  const part = contains?.toLowerCase();
  return (record: LogRecord): boolean =>
    record.worker.cluster === (name ?? record.worker.cluster) &&
    record.worker.slot === (number ?? record.worker.slot) &&
    record.output === (output ?? record.output) &&
    isLevel(record) &&
    (part === undefined || record.msg.toLowerCase().includes(part));
};

const atLeastLevel = (level: string) => {
  try {
    // It throws for a word that is no level.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return atLeast(/^\d+$/.test(level) ? Number(level) : (level as LogLevel));
  } catch (error) {
    throw error instanceof ConfigError
      ? new RequestProblem('bad-request', error.message.replace(/^atLeast\(\)/, 'level'))
      : error;
  }
};
