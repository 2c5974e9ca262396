/** The preload's part of `leader$`: receives from the master whether this worker is the leader. */
import { beforeLeaving } from '../../worker/preload/leaving.js';
import { featureChannel, safely } from '../../worker/preload/masterChannel.js';
import { isLeads, name, type ResignedFrame } from './frames.js';
import { type Leadership, leadershipKey } from './leadershipFlag.js';

const leadership: Leadership = { leads: false, listeners: new Set() };
const { send, onFrame } = featureChannel(name);

const setLeads = (leads: boolean): void => {
  if (leadership.leads === leads) return;
  leadership.leads = leads;
  // A copy, because a listener may add or remove others. One that was removed is not called.
  for (const listener of Array.from(leadership.listeners))
    if (leadership.listeners.has(listener)) safely('leader$', listener)(leads);
};

/** Confirms that this worker is no longer the leader. All listeners are called before, because the master then appoints another worker. */
const resign = (): void => {
  try {
    setLeads(false);
  } finally {
    send({ resigned: true } satisfies ResignedFrame);
  }
};

export const start = (): void => {
  Reflect.set(globalThis, Symbol.for(leadershipKey), leadership);
  onFrame((body) => {
    if (!isLeads(body)) return;
    if (body.leads) setLeads(true);
    else resign();
  });
  beforeLeaving(() => {
    if (leadership.leads) resign();
  });
  process.once(
    'disconnect',
    safely('leader$', () => setLeads(false)),
  );
};
