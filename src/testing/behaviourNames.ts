import { simulatedParts } from '../features/simulated.js';
import { isBytesText, toBytes } from '../vocabulary/bytes.js';
import type { WorkerBehaviour } from './simulatedHost.js';

/** How a worker behaves between two ages, in ms. */
type Behaves = (begin: number, end: number) => WorkerBehaviour;

const ofFeatures: ReadonlyMap<string, Behaves> = new Map(
  simulatedParts.flatMap(({ rows = {} }) => Object.entries(rows)),
);

/** What a row can say about a worker, behind its number. */
export const behaviourNames: readonly string[] = ['rss 600M', 'opens 8081', 'SIGTERM', ...ofFeatures.keys()];

/** What a row such as `worker 1 rss 600M` says, and about which worker; `undefined` for any other name. */
export const behaviourOf = (name: string): { readonly worker: number; readonly behaves: Behaves } | undefined => {
  const [, worker = '', what = ''] = /^worker ([1-9]\d*) (\S.*)$/.exec(name) ?? [];
  const behaves = memory(what) ?? port(what) ?? (what === 'SIGTERM' ? terminated : ofFeatures.get(what));
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

/** It gets SIGTERM from outside. */
const terminated: Behaves = (begin) => ({ terminated: begin });
