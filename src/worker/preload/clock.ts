/** The monotonic clock, in ms. `performance` would load ten modules of Node, for which a boot would wait. */
const now = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
};

export { now };
