/** The monotonic clock of this process, in whole ms. It goes on evenly while the time of day is set forward or back. */
export const now = (): number => Math.floor(performance.now());
