/** The monotonic clock of this process, in whole ms. Changes of the system clock do not affect it. */
export const now = (): number => Math.floor(performance.now());
