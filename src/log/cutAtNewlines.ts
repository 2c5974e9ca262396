/** Takes what a pipe has for us, and what has been said when it ends. */
export interface Lines {
  readonly push: (chunk: Buffer) => void;
  /** Nothing more is to be expected: a last line without newline is one, too. */
  readonly end: () => void;
}

/** Who takes the lines. */
export interface Reader {
  /** One whole line or more, each with its newline. */
  readonly lines: (block: Buffer) => void;
  /** A piece of a line that is too long, without a newline. `part` counts from 1. */
  readonly piece: (bytes: Buffer, part: number, last: boolean) => void;
}

/** More chunks of a line than these are put together: each costs some hundred bytes, and there may be one byte in it. */
const few = 1_000;

const newline = 0x0a;
const ending = Buffer.from('\n');

/**
 * Cuts what comes from a pipe at the newlines, in whole chunks where it can: a block is what came, without the line that has not ended yet.
 * A line longer than `longest` bytes is told in pieces, so that nobody holds more than that; no character of UTF-8 is cut.
 *
 * ```
 * push     ab⏎c   d⏎e⏎   f   end
 * lines    ab⏎    cd⏎ e⏎     f⏎
 * ```
 */
export const cutAtNewlines = (longest: number, { lines, piece }: Reader): Lines => {
  let held: Buffer[] = [];
  let length = 0;
  let part = 0;

  const isInLine = (): boolean => length > 0 || part > 0;

  const hold = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    held.push(bytes);
    length += bytes.length;
    if (held.length > few) held = [Buffer.concat(held, length)];
    if (length <= longest) return;
    let rest = Buffer.concat(held, length);
    while (rest.length > longest) {
      const cut = betweenCharacters(rest, longest);
      part += 1;
      piece(rest.subarray(0, cut), part, false);
      rest = rest.subarray(cut);
    }
    // A copy: what is left of it would hold all of it.
    held = [Buffer.from(rest)];
    length = rest.length;
  };

  /** The line that was held has come to its end. */
  const finish = (): void => {
    const line = held;
    const before = part;
    held = [];
    length = 0;
    part = 0;
    if (before > 0) piece(Buffer.concat(line), before + 1, true);
    else lines(Buffer.concat([...line, ending]));
  };

  const push = (chunk: Buffer): void => {
    let rest = chunk;
    // A chunk that could have a line that is too long is looked through line by line.
    while (isInLine() || rest.length > longest) {
      const end = rest.indexOf(newline);
      if (end < 0) return hold(rest);
      hold(rest.subarray(0, end));
      finish();
      rest = rest.subarray(end + 1);
    }
    const end = rest.lastIndexOf(newline) + 1;
    if (end > 0) lines(rest.subarray(0, end));
    hold(rest.subarray(end));
  };

  return {
    push,
    end: () => {
      if (isInLine()) finish();
    },
  };
};

/** At `at` or up to three bytes before it, where a character begins; at `at` if that is no UTF-8 anyway. */
const betweenCharacters = (bytes: Buffer, at: number): number => {
  for (let cut = at; cut > Math.max(0, at - 4); cut -= 1) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) return cut;
  }
  return at;
};
