/** Tells the master that the application has closed the last of its servers, and opens none. */
import { whenServersClosed } from '../../worker/preload/drain.js';
import { feature } from '../../worker/preload/masterChannel.js';
import { name } from './frames.js';

const { say } = feature(name);

export const start = (): void => whenServersClosed(() => say({ closed: true }));
