const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** A time that has passed, in its two largest units: `3 d 4 h`, `5 min 12 s`, `1.2 s`, `80 ms`. */
export const duration = (ms: number): string => {
  const at = units.findIndex(([, size]) => ms >= size);
  const unit = units[at];
  if (unit === undefined)
    return ms < 1_000 ? `${Math.max(0, Math.round(ms))} ms` : `${Number((ms / 1_000).toFixed(1))} s`;
  const [name, size] = unit;
  const [nextName, nextSize] = units[at + 1] ?? (['s', 1_000] as const);
  const rest = Math.floor((ms % size) / nextSize);
  return `${Math.floor(ms / size)} ${name}${rest === 0 ? '' : ` ${rest} ${nextName}`}`;
};

/** The largest unit alone, for narrow columns: `3d`, `5m`, `12s`. */
export const shortDuration = (ms: number): string => {
  const unit = units.find(([, size]) => ms >= size);
  if (unit === undefined) return `${Math.max(0, Math.floor(ms / 1_000))}s`;
  const [name, size] = unit;
  return `${Math.floor(ms / size)}${name === 'min' ? 'm' : name}`;
};

/** `87 MB`, `1.2 GB`; of 1024 × 1024 bytes, as `ps` and `top` count. */
export const bytes = (count: number): string => {
  const megabytes = count / 1_048_576;
  return megabytes < 1_000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1_024).toFixed(1)} GB`;
};

/** `12 %`. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `1 worker`, `2 workers`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** The time of day of an instant, in the local zone: `21:57:37`. */
export const timeOfDay = (time: number): string => new Date(time).toTimeString().slice(0, 8);
