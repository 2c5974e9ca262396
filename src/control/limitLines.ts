/** Lines that are sent, and how many were left out before them. */
interface LineLimit {
  /** At most so many lines a second. */
  readonly perSecond: number;
  readonly send: (line: string) => void;
  /** Monotonic, in ms. */
  readonly now: () => number;
}

const secondMs = 1_000;

/** Sends at most so many lines a second. The others are dropped, and counted in `{ dropped }` before the next one that is sent. */
export const limitLines = ({ perSecond, send, now }: LineLimit): ((line: () => string) => void) => {
  let [since, sent, dropped] = [-Infinity, 0, 0];
  return (line) => {
    if (now() - since >= secondMs) [since, sent] = [now(), 0];
    if (sent === perSecond) {
      dropped += 1;
      return;
    }
    if (dropped > 0) send(JSON.stringify({ dropped }));
    dropped = 0;
    sent += 1;
    send(line());
  };
};
