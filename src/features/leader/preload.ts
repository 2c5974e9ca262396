/** The preload's part of `leader$`: receives from the master whether this worker is the leader. */
import { now } from '../../worker/preload/clock.js';
import { beforeLeaving } from '../../worker/preload/leaving.js';
import { featureChannel, safely } from '../../worker/preload/masterChannel.js';
import { isLeads, isTerm, name, type ResignedFrame, type TermFrame } from './frames.js';
import { type Leadership, leadershipKey } from './leadershipFlag.js';

/** The longest delay of `setTimeout`. */
const maxTimerMs = 2 ** 31 - 1;

const leadership: Leadership = { leads: false, listeners: new Set() };
const { send, onFrame } = featureChannel(name);
/** The token of the last term that has ended. */
let lastToken = 0;
let leaves = false;
let expiry: NodeJS.Timeout | undefined;

const setLeads = (leads: boolean): void => {
  if (leadership.leads === leads) return;
  leadership.leads = leads;
  // A copy, because a listener may add or remove others. One that was removed is not called.
  for (const listener of Array.from(leadership.listeners))
    if (leadership.listeners.has(listener)) safely('leader$', listener)(leads);
};

const endTerm = (): void => {
  clearTimeout(expiry);
  lastToken = leadership.term?.token ?? lastToken;
  leadership.term = undefined;
  setLeads(false);
};

/** Confirms that this worker is no longer the leader. All listeners are called before, because the master then appoints another worker. */
const resign = (more: Pick<ResignedFrame, 'expired'> = {}): void => {
  const { term } = leadership;
  try {
    endTerm();
  } finally {
    send({ resigned: true, ...(term && { token: term.token }), ...more } satisfies ResignedFrame);
  }
};

const expire = (): void => resign({ expired: true });

/** Leads for the time of a term. The worker counts it itself, because the master may be stopped. */
const leadFor = ({ token, until, validFor }: TermFrame): void => {
  const end = Math.min(until, now() + validFor);
  // After a stop of the process, what the master has sent is read before its timers run.
  if (leadership.term !== undefined && leadership.term.until <= now()) expire();
  if (leaves || token <= lastToken || end <= now())
    return send({ resigned: true, token, ...(!leaves && { expired: true }) } satisfies ResignedFrame);
  if (leadership.term?.token === token) leadership.term.until = Math.max(leadership.term.until, end);
  else leadership.term = { token, until: end };
  clearTimeout(expiry);
  expiry = setTimeout(safely('leader$', expire), Math.min(leadership.term.until - now(), maxTimerMs)).unref();
  setLeads(true);
};

export const start = (): void => {
  Reflect.set(globalThis, Symbol.for(leadershipKey), leadership);
  onFrame((body) => {
    if (!isLeads(body)) return;
    if (!body.leads) resign();
    else if (isTerm(body)) leadFor(body);
    else setLeads(true);
  });
  beforeLeaving(() => {
    leaves = true;
    if (leadership.leads) resign();
  });
  process.once('disconnect', safely('leader$', endTerm));
};
