import type { Input } from './command.js';
import { UsageError } from './usageError.js';

/** The text of an option, if it was given. */
export const textOption = ({ options }: Input, name: string): string | undefined => {
  const value = options[name];
  return value === true ? undefined : value;
};

/** The number of an option, if it was given. */
export const numberOption = (input: Input, name: string, least: number): number | undefined => {
  const text = textOption(input, name);
  return text === undefined ? undefined : wholeNumber(`--${name}`, text, least);
};

/** Reads a whole number. `what`: its name in the error. */
export const wholeNumber = (what: string, text: string, least: number): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`${what}: expected a whole number from ${least} on, got ${text === '' ? 'nothing' : text}`);
};

/** The value of an option that is one of some words. */
export const choiceOption = <T extends string>(input: Input, name: string, choices: readonly T[]): T | undefined => {
  const text = textOption(input, name);
  const choice = choices.find((known) => known === text);
  if (text === undefined || choice !== undefined) return choice;
  throw new UsageError(`--${name}: expected one of ${choices.join(', ')}, got ${text}`);
};
