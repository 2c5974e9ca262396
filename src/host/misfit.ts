/** How long after a complaint the next one may come, in ms. */
const interval = 10_000;

/**
 * Lets a complaint through at once, then no more than one in 10 s: a worker that sends nothing but frames that do not fit costs no more than that. The next one says how many were left out.
 * `now` is in ms.
 */
export const sparing = (complain: (what: string) => void, now: () => number): ((what: string) => void) => {
  let last = -Infinity;
  let skipped = 0;
  return (what) => {
    const at = now();
    if (at - last < interval) {
      skipped += 1;
      return;
    }
    last = at;
    const more = skipped;
    skipped = 0;
    complain(more === 0 ? what : `${what} (and ${more} more like it since the last report)`);
  };
};

/** What is said of a frame that does not fit: its kind, and not what is in it. */
export const misfit = (worker: number, cmd: unknown): string =>
  `worker ${worker} sent a frame of proteus-cluster that does not fit (${String(cmd).slice(0, 60)}), and it is ignored. If its release has another version of the package, restart the master with that version`;
