/** Tells the master that the application has closed the last of its servers, and opens none. */
import { whenServersClosed } from '../../worker/preload/drain.js';
import { featureChannel } from '../../worker/preload/masterChannel.js';
import { name } from './frames.js';

const { send } = featureChannel(name);

export const start = (): void => whenServersClosed(() => send({ closed: true }));
