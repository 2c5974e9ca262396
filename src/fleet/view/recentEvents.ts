import type { ViewedLine } from './viewRequest.js';

/** The last events of a host, for viewers that ask later. */
export interface RecentEvents {
  readonly add: (line: ViewedLine) => void;
  /** The oldest first. */
  readonly all: () => readonly ViewedLine[];
}

/** Keeps so many events, and so many characters of them, whichever is less; always the last one. */
export const recentEvents = (maxEvents = 1_000, maxCharacters = 2 ** 18): RecentEvents => {
  const lines: ViewedLine[] = [];
  let characters = 0;
  return {
    add: (line) => {
      lines.push(line);
      characters += line.text.length;
      while (lines.length > 1 && (lines.length > maxEvents || characters > maxCharacters))
        characters -= lines.shift()?.text.length ?? 0;
    },
    all: () => [...lines],
  };
};
