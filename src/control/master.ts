import type { ClusterEvent } from '../index.js';
import { foldStatus, type ClusterStatus, type MasterStatus } from '../status.js';
import { RequestProblem } from './requestProblem.js';
import { eventRecord } from './eventRecord.js';

/** What a cluster shows of its options: plain data, without its environment, with secrets masked. */
type ShownConfig = Readonly<Record<string, unknown>>;

/** The last events of all clusters of this process. Their ids go on while no cluster runs. */
export const record = eventRecord();

/** Where the control server listens: the path of its socket, and addresses on TCP. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };
export const places = new Set<Place>();

const configs = new Map<string, ShownConfig>();
let status: MasterStatus = [];

/** A cluster can be operated from now on, until the returned function is called. */
export const join = (cluster: string, config: ShownConfig): (() => void) => {
  configs.set(cluster, config);
  return () => {
    configs.delete(cluster);
    status = status.filter((other) => other.cluster !== cluster);
  };
};

export const take = (event: ClusterEvent): void => {
  if (event.type === 'message') return;
  status = foldStatus(status, event);
  // Samples would replace everything else within minutes. They have a method of their own.
  if (event.type !== 'stats') record.add(event);
};

/** The clusters that a request concerns: the one with the name, or all. Throws `RequestProblem` where there is none with the name. */
export const selectedClusters = (name?: string): readonly ClusterStatus[] => {
  const running = status.filter(({ cluster }) => configs.has(cluster));
  if (name === undefined) return running;
  const named = running.filter(({ cluster }) => cluster === name);
  if (named.length > 0) return named;
  const names = running.map(({ cluster }) => `'${cluster}'`).join(', ');
  throw new RequestProblem(
    'not-found',
    `cluster: expected a running cluster, got '${name}'; there is ${names || 'none'}`,
  );
};

/** Throws `RequestProblem` where none of the clusters has the slot. */
export const requireSlot = (clusters: readonly ClusterStatus[], slot: number | undefined): void => {
  if (slot === undefined || clusters.some(({ size }) => slot <= size)) return;
  const sizes = clusters.map(({ cluster, size }) => `'${cluster}' has ${size}`).join(', ');
  throw new RequestProblem('not-found', `slot: expected an existing slot, got ${slot}; ${sizes || 'no cluster runs'}`);
};

export const configOf = (cluster: string): ShownConfig => configs.get(cluster) ?? {};
