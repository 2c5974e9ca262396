import type { SlotRef } from './host.js';

/**
 * The identity of a worker in its environment. `NODE_APP_INSTANCE` counts from 0 like pm2's, slots count from 1; a process that is not in a slot yet has none. `defaults` can be overridden with the option `env`;
 * `fixed` cannot.
 */
export const workerEnvironment = ({ cluster, slot, generation }: SlotRef): Identity => ({
  defaults: { NODE_APP_INSTANCE: slot === 0 ? undefined : String(slot - 1) },
  fixed: {
    PROTEUS_CLUSTER_NAME: cluster,
    PROTEUS_CLUSTER_SLOT: String(slot),
    PROTEUS_CLUSTER_GENERATION: String(generation),
    /** Compared with the parent's pid, because processes that a worker starts inherit its environment. */
    PROTEUS_CLUSTER_MASTER: String(process.pid),
  },
});

interface Identity {
  readonly defaults: Readonly<Record<string, string | undefined>>;
  readonly fixed: Readonly<Record<string, string>>;
}
