/** Node ends a worker that loses its master, but not one that has been asked to leave and still drains. */

/** How often a worker whose channel is closed looks whether the master is still there, in ms. */
const watch = 500;
/** How long a worker without a master may finish what is in flight, in ms. */
const grace = 10_000;

const start = (): void => {
  const master = process.ppid;
  process.once('disconnect', () => {
    const look = setInterval(() => {
      if (process.ppid === master) return;
      clearInterval(look);
      setTimeout(() => process.exit(1), grace).unref();
    }, watch).unref();
  });
};

export { start };
