import type { KnownMembers } from '../membership/foldMembers.js';
import type { HostState } from './fleetState.js';

type Hosts = ReadonlyMap<string, HostState>;

/** Hosts that have left are kept for so long, in ms, and so many of them. */
const keptMs = 3_600_000;
const maxGone = 100;

/** The hosts after what is known of the members has changed, or one of them was heard. `now` is in ms of a monotonic clock. */
export const foldHosts = (before: Hosts, { members, events }: KnownMembers, now: number): Hosts => {
  const after = new Map<string, HostState>();
  for (const [host, record] of members) {
    const known = before.get(host);
    if (known?.is === 'member' && known.record === record) after.set(host, known);
    else after.set(host, { host, is: 'member', heardAt: now, record, ...sinceOf(known) });
  }
  for (const event of events) {
    if (event.type === 'member-joined' && !event.already) {
      const known = after.get(event.host);
      if (known !== undefined) after.set(event.host, { ...known, since: now });
    }
  }
  for (const gone of goneOf(before, { members, events }, now)) after.set(gone.host, gone);
  return after;
};

const sinceOf = (known: HostState | undefined): Pick<HostState, 'since'> =>
  known?.is === 'member' && known.since !== undefined ? { since: known.since } : {};

/** Those that have left, the last ones. */
const goneOf = (before: Hosts, { members, events }: KnownMembers, now: number): readonly HostState[] => {
  const gone = new Map(
    Array.from(before).filter(
      ([host, { is, since = now }]) => is !== 'member' && !members.has(host) && now - since < keptMs,
    ),
  );
  for (const event of events) {
    if (event.type === 'member-left' && event.why !== 'restarted' && !members.has(event.host)) {
      const { host, why } = event;
      const { record, heardAt = now } = before.get(host) ?? {};
      gone.delete(host);
      gone.set(host, { host, is: why, since: now, heardAt, ...(record !== undefined && { record }) });
    }
    if (event.type === 'member-unreadable' && !members.has(event.host)) {
      const { host, problem } = event;
      const known = gone.get(host);
      gone.set(host, { since: now, heardAt: now, ...known, host, is: 'unreadable', problem });
    }
  }
  return [...gone.values()].slice(-maxGone);
};
