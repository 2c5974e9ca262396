import type { Input } from '../command.js';
import { UsageError } from '../usageError.js';

/** The service that a command names, if it names one. */
export const optionalService = (command: string, { words }: Input): string | undefined => {
  if (words.length > 1) throw new UsageError(`${command}: expected one service, got ${words.join(' ')}`);
  return words[0];
};

/** The service that a command must name. */
export const requiredService = (command: string, input: Input): string => {
  const service = optionalService(command, input);
  if (service === undefined) throw new UsageError(`${command}: expected the name of a service`);
  return service;
};
