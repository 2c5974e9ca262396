import type { Outgoing } from './outgoing.js';

/** Room for what workers write in one turn. In characters. */
const maxWaiting = 2 ** 19;

/** Sends lines that come at any rate: those for which a client that reads slowly has no room are dropped, and counted in `{ dropped }` when it has room again. */
export const boundedLines = (out: Outgoing): ((line: string) => void) => {
  let dropped = 0;
  const isFull = (): boolean => out.waiting() > maxWaiting;
  const report = (): void => {
    if (dropped === 0 || isFull()) return;
    out.send(JSON.stringify({ dropped }));
    dropped = 0;
  };
  out.onDrain(report);
  return (line) => {
    report();
    if (isFull()) dropped += 1;
    else out.send(line);
  };
};
