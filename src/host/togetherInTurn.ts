const waiting: (() => void)[] = [];

/**
 * Calls what comes in the same turn of the event loop in one task at its end, with no microtask in between. So workers that die at the same moment have all exited
 * when the first respawn begins, which is in a microtask.
 */
export const togetherInTurn = (action: () => void): void => {
  waiting.push(action);
  if (waiting.length > 1) return;
  setImmediate(() => {
    for (const act of waiting.splice(0)) act();
  });
};
