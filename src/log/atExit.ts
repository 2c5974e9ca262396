const acts = new Set<() => void>();

const actAll = (): void => {
  for (const act of acts) act();
};

/** Does something when this process ends, with one listener for all: many logs are not a leak of listeners, which Node would warn of. Returns what forgets it. */
export const atExit = (act: () => void): (() => void) => {
  if (acts.size === 0) process.on('exit', actAll);
  acts.add(act);
  return () => {
    if (acts.delete(act) && acts.size === 0) process.off('exit', actAll);
  };
};
