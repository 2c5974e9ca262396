/** Tells a standby worker which slot it takes, by the variables that another worker has from its fork. */
import { forgetWaiting } from '../../worker/preload/drain.js';
import { featureChannel } from '../../worker/preload/masterChannel.js';
import { isDismissed, isSlot, name } from './frames.js';

const { onFrame } = featureChannel(name);

export const start = (): void => {
  // The option `env` may have set it.
  const hasInstance = process.env['NODE_APP_INSTANCE'] !== undefined;
  onFrame((body) => {
    if (isSlot(body)) {
      process.env['PROTEUS_CLUSTER_SLOT'] = String(body.slot);
      process.env['PROTEUS_CLUSTER_GENERATION'] = String(body.generation);
      if (!hasInstance) process.env['NODE_APP_INSTANCE'] = String(body.slot - 1);
    } else if (isDismissed(body)) forgetWaiting();
  });
};
