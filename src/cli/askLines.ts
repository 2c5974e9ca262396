import { createInterface } from 'node:readline';

/** Asks on stderr, so that stdout has only results, and resolves with the next line of stdin; `undefined` where there are no more. */
export type Ask = (question: string) => Promise<string | undefined>;

/** Asks the user until `act` has what it needs. Works with a terminal, a pipe and a file: the terminal itself edits the line, so Ctrl-C ends the command. */
export const askLines = async <T>(say: (text: string) => void, act: (ask: Ask) => Promise<T>): Promise<T> => {
  const input = createInterface({ input: process.stdin, terminal: false });
  const lines = input[Symbol.asyncIterator]();
  try {
    return await act(async (question) => {
      say(question);
      const { value, done } = await lines.next();
      // The answer of a terminal ends the line of the question.
      if (done === true || !process.stdin.isTTY) say('\n');
      return done === true ? undefined : value;
    });
  } finally {
    input.close();
    process.stdin.destroy();
  }
};
