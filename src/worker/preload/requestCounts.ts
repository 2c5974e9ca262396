/** Counts the requests that this worker answers, and how long they take, while the master asks for reports. Node announces them on its diagnostics channels. */
import diagnostics_channel from 'node:diagnostics_channel';
import { latencyBounds, type WorkerReport } from '../../vocabulary/stats.js';
import * as channel from './masterChannel.js';

type Counts = Omit<WorkerReport['requests'], 'inFlight'>;

let startedAt = new WeakMap<object, number>();
let completed = 0;
let sum = 0;
/** Called when a request begins. */
let begun = (): void => {};
const counts: number[] = Array.from({ length: latencyBounds.length + 1 }, () => 0);

const requestOf = (message: unknown): object | undefined => {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined;
  const { request } = message;
  return typeof request === 'object' && request !== null ? request : undefined;
};

const begin = channel.safely('the start of a request', (message: unknown): void => {
  const request = requestOf(message);
  if (request === undefined) return;
  startedAt.set(request, performance.now());
  begun();
});

const finish = channel.safely('the end of a request', (message: unknown): void => {
  const request = requestOf(message);
  if (request === undefined) return;
  completed += 1;
  const since = startedAt.get(request);
  if (since === undefined) return;
  const latency = performance.now() - since;
  sum += latency;
  const bucket = latencyBounds.findIndex((bound) => latency <= bound);
  const index = bucket === -1 ? latencyBounds.length : bucket;
  counts[index] = (counts[index] ?? 0) + 1;
});

const start = (onBegin: () => void): void => {
  begun = onBegin;
  diagnostics_channel.subscribe('http.server.request.start', begin);
  diagnostics_channel.subscribe('http.server.response.finish', finish);
};

const stop = (): void => {
  diagnostics_channel.unsubscribe('http.server.request.start', begin);
  diagnostics_channel.unsubscribe('http.server.response.finish', finish);
  startedAt = new WeakMap();
};

const read = (): Counts => ({ completed, latency: { counts, sum } });

export { start, stop, read };
