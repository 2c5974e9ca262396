/** Whether this worker leads, for `leader$` of `proteus-cluster/worker`. */
import { beforeLeaving } from '../../worker/preload/leaving.js';
import { featureChannel, safely } from '../../worker/preload/masterChannel.js';
import { isLeads, name, type ResignedFrame } from './frames.js';
import { type Leadership, leadershipKey } from './leadershipFlag.js';

const leadership: Leadership = { leads: false, listeners: new Set() };
const { send, onFrame } = featureChannel(name);

const lead = (leads: boolean): void => {
  if (leadership.leads === leads) return;
  leadership.leads = leads;
  // Who joins or leaves meanwhile has heard, or wants to hear, of nothing.
  for (const listener of Array.from(leadership.listeners))
    if (leadership.listeners.has(listener)) safely('leader$', listener)(leads);
};

/** The master appoints another one when it has heard this: everything here has to know before. */
const resign = (): void => {
  try {
    lead(false);
  } finally {
    send({ resigned: true } satisfies ResignedFrame);
  }
};

export const start = (): void => {
  Reflect.set(globalThis, Symbol.for(leadershipKey), leadership);
  onFrame((body) => {
    if (!isLeads(body)) return;
    if (body.leads) lead(true);
    else resign();
  });
  beforeLeaving(() => {
    if (leadership.leads) resign();
  });
  process.once(
    'disconnect',
    safely('leader$', () => lead(false)),
  );
};
