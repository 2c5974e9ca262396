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

const msOf: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The time that an option says, such as 90s, 5m or 2h, in ms, if it was given. */
export const durationOption = (input: Input, name: string): number | undefined => {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (msOf[unit] ?? 0);
  if (ms > 0) return ms;
  throw new UsageError(`--${name}: expected a time such as 90s, 5m or 2h, got ${text === '' ? 'nothing' : text}`);
};

/** The value of an option that is one of some words. */
export const choiceOption = <T extends string>(input: Input, name: string, choices: readonly T[]): T | undefined => {
  const text = textOption(input, name);
  const choice = choices.find((known) => known === text);
  if (text === undefined || choice !== undefined) return choice;
  throw new UsageError(`--${name}: expected one of ${choices.join(', ')}, got ${text}`);
};
