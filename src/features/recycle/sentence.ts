import type { RecycleDraft } from './events.js';
import { earlyMs, pauseAfter } from './pauses.js';

/** What is said about a worker that is to be replaced. */
export const sentenceOf = ({ why, value, limit = 0, early }: Omit<RecycleDraft, 'worker'>): string => {
  const reasons = {
    memory: () => `uses ${megabytes(value)}, more than recycle.memory allows (${megabytes(limit)})`,
    age: () => `has run for ${duration(value)}, its limit by recycle.age is ${duration(limit)}`,
    requests: () => `has answered ${value} requests, its limit by recycle.requests is ${limit}`,
    at: () => 'is due by recycle.at',
  };
  const warning =
    early === undefined
      ? ''
      : `. It reached ${why === 'age' ? 'another limit' : 'this'} within ${duration(earlyMs)}. If every worker does, raise ${why === 'age' ? 'that limit' : `recycle.${why}`}: the next one in this slot is kept for ${duration(pauseAfter(early))}`;
  return `${reasons[why]()}, and is to be replaced${warning}`;
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

const units: readonly (readonly [number, string])[] = [
  [86_400_000, 'days'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

const duration = (ms: number): string => {
  const [size, unit] = units.find(([size]) => ms >= size) ?? [1, 'ms'];
  return `${Number((ms / size).toFixed(1))} ${unit}`;
};
