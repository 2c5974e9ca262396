import { simulatedParts } from '../../features/simulated.js';
import { isBytesText, toBytes } from '../../vocabulary/bytes.js';
import { latencyBounds } from '../../vocabulary/stats.js';
import type { WorkerBehaviour } from '../simulatedHost.js';

/** How a worker behaves between two ages, in ms. */
type Behaves = (begin: number, end: number) => WorkerBehaviour;

const ofFeatures: ReadonlyMap<string, Behaves> = new Map(
  simulatedParts.flatMap(({ rows = {} }) => Object.entries(rows)),
);

/** What a row can say about a worker, behind its number. */
export const behaviourNames: readonly string[] = [
  'rss 600M',
  'opens 8081',
  'answers 100',
  'replies 4ms',
  'silent',
  'SIGTERM',
  ...ofFeatures.keys(),
];

/** What a row such as `worker 1 rss 600M` says, and about which worker; `undefined` for any other name. */
export const behaviourOf = (name: string): { readonly worker: number; readonly behaves: Behaves } | undefined => {
  const [, worker = '', what = ''] = /^worker ([1-9]\d*) (\S.*)$/.exec(name) ?? [];
  const behaves =
    memory(what) ?? port(what) ?? traffic(what) ?? reply(what) ?? ofCore.get(what) ?? ofFeatures.get(what);
  return behaves && { worker: Number(worker), behaves };
};

const memory = (what: string): Behaves | undefined => {
  const [, size] = /^rss (\S+)$/.exec(what) ?? [];
  if (!isBytesText(size)) return undefined;
  const rss = toBytes(size);
  return (begin, end) => ({ usage: (age) => (age >= begin && age < end ? { rss } : {}) });
};

/** A further port on which it listens. */
const port = (what: string): Behaves | undefined => {
  const [, number] = /^opens ([1-9]\d{0,4})$/.exec(what) ?? [];
  return number === undefined ? undefined : (begin) => ({ opens: [{ after: begin, port: Number(number) }] });
};

/** It answers so many HTTP requests a second. */
const traffic = (what: string): Behaves | undefined => {
  const [, rate] = /^answers ([1-9]\d{0,6})$/.exec(what) ?? [];
  if (rate === undefined) return undefined;
  const latency = { counts: [...latencyBounds.map(() => 0), 0], sum: 0 };
  return (begin, end) => ({
    report: (age) => {
      const seconds = Math.max(0, Math.min(age, end) - begin) / 1_000;
      return { requests: { inFlight: 0, completed: Math.floor(seconds * Number(rate)), latency } };
    },
  });
};

/** It replies to requests of the master after so many ms. */
const reply = (what: string): Behaves | undefined => {
  const [, ms] = /^replies ([1-9]\d{0,6})ms$/.exec(what) ?? [];
  return ms === undefined ? undefined : repliesAfter(Number(ms));
};

const repliesAfter =
  (ms: number): Behaves =>
  (begin, end) => ({ replies: (age) => (age >= begin && age < end ? ms : 0) });

const ofCore: ReadonlyMap<string, Behaves> = new Map<string, Behaves>([
  ['silent', repliesAfter(Infinity)],
  // On the second one it leaves.
  ['SIGTERM', (begin, again) => ({ terminated: begin, ...(again < Infinity && { walksOut: again }) })],
]);
