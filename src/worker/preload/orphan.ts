/** Ends a worker that loses its master while it drains. (Node itself ends only workers that have not been asked to leave.) */

/** How often a worker whose channel has closed checks whether the master still runs, in ms. */
const parentCheckMs = 500;
/** How long a worker without a master may go on to finish its requests, in ms. */
const orphanGraceMs = 10_000;

const start = (): void => {
  const master = process.ppid;
  process.once('disconnect', () => {
    const timer = setInterval(() => {
      if (process.ppid === master) return;
      clearInterval(timer);
      setTimeout(() => process.exit(1), orphanGraceMs).unref();
    }, parentCheckMs).unref();
  });
};

export { start };
