import type { Outgoing } from './outgoing.js';

/** Room for what workers write in one turn. In characters. */
const maxWaiting = 2 ** 19;
/** For all clients together, but each has some, however many they are. */
const maxOfAll = 2 ** 22;
const minWaiting = 2 ** 15;

let clients = 0;

/** Sends lines that come at any rate: those for which a client that reads slowly has no room are dropped, and counted in `{ dropped }` when it has room again. The more clients, the less room has each. */
export const boundedLines = (out: Outgoing): ((line: string) => void) => {
  let dropped = 0;
  clients += 1;
  out.onClose(() => (clients -= 1));
  const room = (): number => Math.min(maxWaiting, Math.max(minWaiting, maxOfAll / clients));
  const isFull = (): boolean => out.waiting() > room();
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
