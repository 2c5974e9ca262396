/** `1.2 GB`, `340 MB`. */
export const bytes = (value: number): string => {
  if (value >= 2 ** 30) return `${(value / 2 ** 30).toFixed(1)} GB`;
  return value >= 2 ** 20 ? `${Math.round(value / 2 ** 20)} MB` : `${Math.round(value / 2 ** 10)} kB`;
};

/** A time span of ms with its two largest units: `340 ms`, `12 s`, `4 min`, `4 min 12 s`, `3 h 5 min`, `2 d 4 h`. */
export const duration = (ms: number): string => {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return both(seconds, 60, 'min', 's');
  const minutes = Math.floor(seconds / 60);
  return minutes < 1_440 ? both(minutes, 60, 'h', 'min') : both(Math.floor(minutes / 60), 24, 'd', 'h');
};

const both = (count: number, per: number, large: string, small: string): string =>
  `${Math.floor(count / per)} ${large}${count % per === 0 ? '' : ` ${count % per} ${small}`}`;

/** A duration of a request: `0.8 ms`, `12 ms`, `1.2 s`. */
export const latency = (ms: number): string => {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
};

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Requests a second. */
export const rate = (perSecond: number): string =>
  perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toFixed(perSecond === 0 ? 0 : 1);

/** The time of day: `13:04:12`. */
export const clock = (time: number): string => new Date(time).toLocaleTimeString('en-GB');

/** `1 worker`, `3 workers`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
