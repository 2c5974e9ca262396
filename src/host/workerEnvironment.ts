import type { Seat } from './host.js';

/**
 * Who a worker is, for its environment. `NODE_APP_INSTANCE` counts from 0, as pm2 has it, and the slot from 1, as our events do; the first is a default that the option `env` overrides,
 * the rest is not for anybody to change.
 */
export const workerEnvironment = ({ cluster, slot, generation }: Seat): Identity => ({
  usual: { NODE_APP_INSTANCE: String(slot - 1) },
  fixed: {
    PROTEUS_CLUSTER_NAME: cluster,
    PROTEUS_CLUSTER_SLOT: String(slot),
    PROTEUS_CLUSTER_GENERATION: String(generation),
    /** Whose worker it is: what a worker starts inherits its environment. */
    PROTEUS_CLUSTER_MASTER: String(process.pid),
  },
});

interface Identity {
  readonly usual: Readonly<Record<string, string>>;
  readonly fixed: Readonly<Record<string, string>>;
}
