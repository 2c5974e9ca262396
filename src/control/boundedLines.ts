import type { Outgoing } from './outgoing.js';

/** Sends lines that come at any rate: those for which a client that reads slowly has no room are dropped, and counted in `{ dropped }` when it has room again. */
export const boundedLines = (out: Outgoing): ((line: string) => void) => {
  let dropped = 0;
  const report = (): void => {
    if (dropped === 0 || out.isFull()) return;
    out.send(JSON.stringify({ dropped }));
    dropped = 0;
  };
  out.onDrain(report);
  return (line) => {
    report();
    if (out.isFull()) dropped += 1;
    else out.send(line);
  };
};
