import type { Paint } from './style.js';

/** An option of a command. With `value` it takes one, and `value` is its name in the help. */
export interface Option {
  readonly short?: string;
  readonly value?: string;
  readonly text: string;
  /** Further names for it, such as those of other process managers. The help does not show them. */
  readonly aliases?: readonly string[];
  /** What the value can be, for completion. */
  readonly choices?: readonly string[];
}

export type Options = Readonly<Record<string, Option>>;

/** A command line that has been read: its words, and its options by their long names. */
export interface Input {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | true | undefined>>;
  /** What follows `--`. */
  readonly rest: readonly string[];
}

/** What a command writes to, and what it knows about where it runs. */
export interface Io {
  /** The result of the command. */
  readonly out: (text: string) => void;
  /** Errors, and remarks that are not part of the result. */
  readonly err: (text: string) => void;
  readonly paint: Paint;
  /** The columns of the terminal. */
  readonly width: number;
  /** The lines of the terminal. */
  readonly height: number;
  /** Whether people read it as it comes. */
  readonly terminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Command {
  /** One word, or two that begin with the name of a family: `fleet ls`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line. */
  readonly summary: string;
  /** What follows the name, such as `[target] <size>`. */
  readonly usage: string;
  /** What there is to know, in a few lines. */
  readonly details?: string;
  readonly options: Options;
  /** Command lines without `proteus`, and what they do. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What the first word can be, for completion: files, or one of these. */
  readonly completes?: 'file' | readonly string[];
  /** Whether words after `--` are taken. */
  readonly takesRest?: true;
  /** Resolves with the exit code. */
  readonly run: (input: Input, io: Io) => Promise<number>;
}

/** All names of a command. */
export const namesOf = ({ name, aliases = [] }: Command): readonly string[] => [name, ...aliases];
