import type { StandbyOptions } from '../../../src/features/standby/index.js';
import { at, stays, walk } from '../../simulation/crew.js';
import type { FeatureSimulation, Invariant } from '../../simulation/feature.js';
import { among } from '../../simulation/arbitraries.js';
import type { History } from '../../simulation/run.js';
import { suspendedFor } from '../../simulation/suspension.js';

/** There are never more processes in no slot than the option says, those that are leaving included. So all processes are at most those of the slots, and these. */
const noMoreThanAsked: Invariant = ({ policy, mostHeld }) =>
  mostHeld > policy.standby ? `${mostHeld} processes in no slot, not ${policy.standby}` : undefined;

/** A standby worker is told of when it has booted, takes a slot once, in place of a fork after a crash, or ends; and none begins or takes a slot after a shutdown. */
const oneEnd: Invariant = ({ events, policy, forked }) => {
  const waiting = new Set<number>();
  const over = new Set<number>();
  let stopped = Infinity;
  // A command that is given inside the fork comes between it and the takeover.
  const respawned = new Set<number>();
  for (const event of events) {
    if (event.type === 'shutdown') stopped = Math.min(stopped, event.time);
    if (event.type === 'fork' && event.why === 'respawn') respawned.add(event.worker.id);
    if (event.type !== 'standby-begin' && event.type !== 'takeover' && event.type !== 'standby-end') continue;
    const { id, slot } = event.worker;
    if (policy.standby === 0) return `${event.type} without the option ${at(event)}`;
    if (forked[id - 1]?.held !== true)
      return `${event.type} of worker ${id}, which was forked for a slot, ${at(event)}`;
    if (over.has(id)) return `${event.type} of worker ${id}, which is no standby worker any more, ${at(event)}`;
    if (event.type !== 'takeover' && slot !== 0) return `${event.type} in slot ${slot} ${at(event)}`;
    if (event.type !== 'standby-end' && event.time > stopped) return `${event.type} after the shutdown ${at(event)}`;
    if (event.type === 'standby-begin') {
      if (waiting.has(id)) return `worker ${id} has booted twice ${at(event)}`;
      waiting.add(id);
      continue;
    }
    if (event.type === 'takeover') {
      if (!waiting.has(id)) return `worker ${id} takes over and had not booted ${at(event)}`;
      if (!respawned.has(id)) return `worker ${id} takes over where no crash is made good ${at(event)}`;
    }
    waiting.delete(id);
    over.add(id);
  }
  return undefined;
};

/** What was forked before a restart takes no slot any more once the restart has replaced a worker. */
const noOldCode: Invariant = ({ events, forked }) => {
  let begun = -1;
  let barrier = -1;
  for (const [index, event] of events.entries()) {
    if (event.type === 'restart-begin') begun = index;
    if (event.type === 'replace-end') barrier = begun;
    if (event.type !== 'takeover') continue;
    const seen = forked[event.worker.id - 1]?.seen ?? 0;
    if (seen <= barrier) return `worker ${event.worker.id} is older than the restart, and takes over ${at(event)}`;
  }
  return undefined;
};

/** When a restart of the whole cluster is done, nobody who was forked before it is in a slot. */
const nobodyOld: Invariant = (history) => {
  const { forked } = history;
  let begun: number | undefined;
  let index = -1;
  for (const [event, crew] of walk(history)) {
    index += 1;
    if (event.type === 'restart-begin') begun = event.slots.length > 0 && event.slot === undefined ? index : undefined;
    if (event.type !== 'restart-end' || event.result.outcome !== 'done' || begun === undefined) continue;
    for (const life of crew.present()) {
      const { seen = 0 } = forked[life.id - 1] ?? {};
      if (stays(life) && seen <= begun) return `worker ${life.id} is older than the restart that is done ${at(event)}`;
    }
  }
  return undefined;
};

/** A slot does not wait for a fork while a standby worker could take over. */
const taken: Invariant = (history) => {
  const waiting = new Set<number>();
  let trial = false;
  for (const [event] of walk(history)) {
    if (event.type === 'restart-begin') trial = true;
    if (event.type === 'replace-end' || event.type === 'restart-end' || event.type === 'restart-abort') trial = false;
    if (event.type === 'standby-begin') waiting.add(event.worker.id);
    if (event.type === 'takeover' || event.type === 'standby-end') waiting.delete(event.worker.id);
    if (event.type !== 'fork' || event.why !== 'respawn' || waiting.has(event.worker.id)) continue;
    if (waiting.size > 0 && !trial) return `a fork although worker ${[...waiting].join(', ')} waits ${at(event)}`;
  }
  return undefined;
};

/** When a process hangs, by its behaviour; `undefined` for one that never does. */
const hangOf = ({ schedule, forked }: History, id: number) => {
  const { hangs } = schedule.workers[id - 1] ?? schedule.others;
  if (hangs === undefined) return undefined;
  const from = (forked[id - 1]?.time ?? 0) + hangs.after;
  return { from, until: from + (hangs.for ?? Infinity) };
};

/** A standby worker that hangs while it waits is reported in time, and in the same moment it is none any more. */
const hungSparesEnd: Invariant = (history) => {
  const { health } = history.policy;
  if (health === false) return undefined;
  // The defaults of the option.
  const { interval = 5_000, timeout = 60_000 } = health;
  const waiting = new Map<number, number>();
  let hung: { readonly id: number; readonly time: number } | undefined;
  for (const event of history.events) {
    if (hung !== undefined && event.time > hung.time) return `worker ${hung.id} hangs, and waits on ${at(event)}`;
    for (const [id, since] of waiting) {
      const hang = hangOf(history, id);
      const by = Math.max(hang?.from ?? Infinity, since) + Math.max(timeout, 2 * interval) + 2 * interval;
      // While the machine is suspended, the time of a hang passes, and nobody waits for an answer.
      const latest = by + suspendedFor(history);
      if (event.time > latest && (hang?.until ?? 0) > latest)
        return `worker ${id} hangs since ${hang?.from} ms while it waits ${at(event)}`;
    }
    if (event.type === 'hung' && event.worker.slot === 0) hung = { id: event.worker.id, time: event.time };
    if (event.type === 'standby-begin') waiting.set(event.worker.id, event.time);
    if (event.type !== 'takeover' && event.type !== 'standby-end') continue;
    waiting.delete(event.worker.id);
    if (hung?.id !== event.worker.id) continue;
    if (event.type === 'takeover') return `worker ${hung.id} hangs, and takes over ${at(event)}`;
    hung = undefined;
  }
  return undefined;
};

/** Standby workers in the simulation. */
export const standby: FeatureSimulation<StandbyOptions> = {
  options: { standby: among([3, 0], [2, 1], [1, 2]) },
  fixed: { standby: 1 },
  invariants: { noMoreThanAsked, oneEnd, noOldCode, nobodyOld, taken, hungSparesEnd },
  triggers: ['standby-begin', 'takeover', 'standby-end'],
};
