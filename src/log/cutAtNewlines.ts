/** Takes the chunks of one pipe. */
export interface LineCutter {
  readonly push: (chunk: Buffer) => void;
  /** The pipe has ended. A last line without a newline is passed on with one. */
  readonly end: () => void;
}

/** Receives the lines. */
export interface LineReceiver {
  /** One or more whole lines, each with its newline. */
  readonly lines: (block: Buffer) => void;
  /** A piece of a line that is longer than the limit, without a newline. `part` counts from 1; `last` says that the line ends with this piece. */
  readonly piece: (bytes: Buffer, part: number, last: boolean) => void;
}

/** Held chunks of one line are joined when there are more than this: each costs some hundred bytes of memory and may contain only one byte. */
const maxHeldChunks = 1_000;

const newline = 0x0a;
const newlineBytes = Buffer.from('\n');

/**
 * Cuts the chunks of a pipe at newlines. Where possible a block is the chunk itself, up to its last newline; the unfinished line is held until its newline arrives.
 * A line longer than `maxLineBytes` is passed on in pieces, which bounds the memory. A piece never ends inside a UTF-8 character.
 *
 * ```
 * push     ab⏎c   d⏎e⏎   f   end
 * lines    ab⏎    cd⏎ e⏎     f⏎
 * ```
 */
export const cutAtNewlines = (maxLineBytes: number, { lines, piece }: LineReceiver): LineCutter => {
  let heldChunks: Buffer[] = [];
  let heldBytes = 0;
  let part = 0;

  const isInLine = (): boolean => heldBytes > 0 || part > 0;

  const hold = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    heldChunks.push(bytes);
    heldBytes += bytes.length;
    if (heldChunks.length > maxHeldChunks) heldChunks = [Buffer.concat(heldChunks, heldBytes)];
    if (heldBytes <= maxLineBytes) return;
    let rest = Buffer.concat(heldChunks, heldBytes);
    while (rest.length > maxLineBytes) {
      const cut = betweenCharacters(rest, maxLineBytes);
      part += 1;
      piece(rest.subarray(0, cut), part, false);
      rest = rest.subarray(cut);
    }
    // Copied, because a subarray would keep the whole chunk in memory.
    heldChunks = [Buffer.from(rest)];
    heldBytes = rest.length;
  };

  /** Passes on the held line when its newline has arrived. */
  const finish = (): void => {
    const line = heldChunks;
    const partsSent = part;
    heldChunks = [];
    heldBytes = 0;
    part = 0;
    if (partsSent > 0) piece(Buffer.concat(line), partsSent + 1, true);
    else lines(Buffer.concat([...line, newlineBytes]));
  };

  const push = (chunk: Buffer): void => {
    let rest = chunk;
    // A chunk that may contain a line over the limit is cut line by line.
    while (isInLine() || rest.length > maxLineBytes) {
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

/** The last index, at most three bytes before `at`, at which a UTF-8 character begins; `at` itself if the bytes are not UTF-8. */
const betweenCharacters = (bytes: Buffer, at: number): number => {
  for (let cut = at; cut > Math.max(0, at - 4); cut -= 1) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) return cut;
  }
  return at;
};
