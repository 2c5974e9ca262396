/** Whether this worker leads, for `leader$` of the face. */
import type { Leadership, LeadershipKey } from '../../vocabulary/protocol.js';
import * as channel from '../../worker/preload/masterChannel.js';

const key: LeadershipKey = 'proteus-cluster:leadership';
const leadership: Leadership = { leads: false, listeners: new Set() };

const lead = (leads: boolean): void => {
  if (leadership.leads === leads) return;
  leadership.leads = leads;
  // Who joins or leaves meanwhile has heard, or wants to hear, of nothing.
  for (const listener of Array.from(leadership.listeners))
    if (leadership.listeners.has(listener)) channel.safely('leader$', listener)(leads);
};

/** The master appoints another one when it has heard this: everything here has to know before. */
const resign = (): void => {
  try {
    lead(false);
  } finally {
    channel.say({ cmd: 'NODE_PROTEUS_CLUSTER:resigned' });
  }
};

const leads = (): boolean => leadership.leads;

const start = (): void => {
  Reflect.set(globalThis, Symbol.for(key), leadership);
  channel.hear((says) => {
    if (!('leads' in says)) return;
    if (says.leads) lead(true);
    else resign();
  });
  process.once(
    'disconnect',
    channel.safely('leader$', () => lead(false)),
  );
};

export { start, leads, resign };
