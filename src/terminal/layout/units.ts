const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** A time that has passed, in its largest unit: `3d`, `5m`, `12s`. */
export const age = (ms: number): string => {
  const [name, size] = units.find(([, each]) => ms >= each) ?? (['s', 1_000] as const);
  return `${Math.max(0, Math.floor(ms / size))}${name}`;
};

/** The time of an answer: `3ms`, `1.2s`. */
export const latency = (ms: number): string => {
  if (ms >= 10_000) return `${Math.round(ms / 1_000)}s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)}s`;
  return ms > 0 && ms < 1 ? '<1ms' : `${Math.round(ms)}ms`;
};

/** Bytes of 1024: `87M`, `1.2G`. */
export const memory = (bytes: number): string => {
  const megabytes = bytes / 1_048_576;
  return megabytes < 1_000 ? `${Math.round(megabytes)}M` : `${(megabytes / 1_024).toFixed(1)}G`;
};

/** A share: `12%`. */
export const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** How many per second: `7`, `120`, `3.4k`. */
export const rate = (perSecond: number): string => {
  if (perSecond >= 99_950) return `${Math.round(perSecond / 1_000)}k`;
  if (perSecond >= 9_999.5) return `${(perSecond / 1_000).toFixed(1)}k`;
  return perSecond > 0 && perSecond < 1 ? '<1' : String(Math.round(perSecond));
};

/** The time of day, in the local zone: `21:57:37`. */
export const timeOfDay = (time: number): string => new Date(time).toTimeString().slice(0, 8);
