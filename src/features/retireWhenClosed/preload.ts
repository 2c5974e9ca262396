/** Reports to the master when the application has closed its last server and opened no other. */
import { whenServersClosed } from '../../worker/preload/drain.js';
import { featureChannel } from '../../worker/preload/masterChannel.js';
import { name } from './frames.js';

const { send } = featureChannel(name);

export const start = (): void => whenServersClosed(() => send({ closed: true }));
