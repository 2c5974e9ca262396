import { dice } from './pairs.js';

/** Random schedules of clusters, as plain data: the same for the same seed. Times in ms. */
export const schedules = (count, seed) => {
  const random = dice(seed);
  const between = (low, high) => low + Math.floor(random() * (high - low + 1));
  const among = (...values) => values[between(0, values.length - 1)];
  const several = (most, make) => Array.from({ length: between(0, most) }, make);

  const behaviour = () => ({
    ...(random() < 0.3 && { online: between(0, 8), listening: between(0, 20) }),
    ...(random() < 0.5 && { crashes: { after: among(between(1, 4), between(4, 25), between(1, 90)) } }),
    ...(random() < 0.4 && { leaves: among(between(0, 20), Infinity) }),
  });
  const command = () => ({ act: random() < 0.85 ? 'restart' : 'shutdown', at: between(0, 80) });

  return Array.from({ length: count }, () => ({
    config: {
      worker: among(1, 2, 2, 2, 3, 4, 8),
      maxSurge: 1,
      maxForkCount: between(1, 8),
      minUptime: between(1, 40),
      backoff: { initial: between(1, 5), factor: 2, max: 25, jitter: 0 },
      disconnectTimeout: between(1, 30),
      readyTimeout: between(2, 25),
      minReadyTime: between(0, 5),
    },
    workers: several(14, behaviour),
    others: random() < 0.75 ? {} : behaviour(),
    commands: several(6, command),
    until: between(30, 160),
  }));
};
