const [seconds, nanoseconds] = process.hrtime();
/** What the clock of the machine showed when this process began. */
const beganAt = seconds * 1_000 + nanoseconds / 1e6 - performance.now();

/** The monotonic clock of the machine, in whole ms: a worker reads the same one. Changes of the system clock do not affect it. */
export const now = (): number => Math.floor(beganAt + performance.now());
