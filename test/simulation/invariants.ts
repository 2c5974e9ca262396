import { ForkLimitError } from '../../src/vocabulary/errors.js';
import type { ClusterEvent } from '../../src/features/index.js';
import type { EventOf } from '../../src/vocabulary/events.js';
import { is } from '../../src/api/is.js';
import { featureInvariants } from './features.js';
import type { Invariant } from './feature.js';
import { at, type Crew, crewOf, deserts, isForHang, type Life, serves, stays, walk } from './crew.js';
import type { History } from './run.js';
import { type Custom, retryDelay, type Schedule, surgeOf } from './schedule.js';
import { suspendedFor } from './suspension.js';

/** A SIGKILL takes the simulated process 1 ms. */
const dying = 1;

const all = <T extends ClusterEvent['type']>({ events }: History, type: T): readonly EventOf<ClusterEvent, T>[] =>
  events.filter(is(type));

const first = <T extends ClusterEvent['type']>(history: History, type: T): EventOf<ClusterEvent, T> | undefined =>
  history.events.find(is(type));

/** Whether the cluster ended itself. */
const ended = ({ end }: History): boolean => end === 'complete' || end === 'error';

const respawnWords: ReadonlySet<string> = new Set(['departure', 'backoff', 'degraded', 'give-up', 'vacant']);

/** After a shutdown, and after giving up, the cluster ends; it does not end without one, nor later than its workers may take. */
const ends: Invariant = (history) => {
  const { end, endedAt, error, events, policy } = history;
  if (end === 'unsubscribed') return undefined;
  if (!ended(history)) return `the cluster did not end: ${end}`;
  if (events.at(-1)?.type !== 'end') return 'the last event is not "end"';
  const stops = all(history, 'shutdown');
  const [asked] = stops;
  if (asked === undefined) return 'it ended, and no shutdown was told';
  const forced = stops.find(({ force }) => force);
  const by = Math.min(asked.time + policy.disconnectTimeout, forced?.time ?? Infinity) + dying;
  if (endedAt > by + suspendedFor(history)) return `it ended at ${endedAt} ms, its workers had time until ${by} ms`;
  const gaveUp = first(history, 'give-up') !== undefined;
  if (gaveUp !== error instanceof ForkLimitError)
    return `it ${gaveUp ? 'gave up' : 'never gave up'}, error: ${String(error)}`;
  return end === 'error' && !gaveUp ? `it ended with ${String(error)}` : undefined;
};

/** Nothing outlives the subscription: no process, signal handler, timer or event. */
const leavesNothing: Invariant = ({ left, posthumous }) => {
  const { processes, handlers, timers } = left;
  if (processes + handlers + timers === 0 && posthumous === 0) return undefined;
  return `left behind: ${processes} processes, ${handlers} handlers, ${timers} timers, ${posthumous} events`;
};

/** Events are numbered without a gap, and their times never go back. */
const inOrder: Invariant = ({ events }) => {
  let time = 0;
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1 || event.time < time) return `out of order ${at(event)}`;
    ({ time } = event);
  }
  return undefined;
};

/** A worker's events begin with its only fork and end with its only exit, and the slot counts its generations. */
const oneExitPerFork: Invariant = (history) => {
  const { events, forked, end, endedAt } = history;
  const living = new Set<number>();
  const generations = new Map<number, number>();
  for (const event of events) {
    if (isVerdict(event) || !('worker' in event) || event.worker === undefined) continue;
    const { id, slot, generation } = event.worker;
    // It is in no slot, and perhaps never will be.
    if (slot === 0) continue;
    if (event.type === 'fork') {
      if (living.has(id)) return `worker ${id} was forked twice`;
      if (generation !== (generations.get(slot) ?? 0) + 1) return `slot ${slot} jumps to generation ${generation}`;
      generations.set(slot, generation);
      living.add(id);
    } else if (!living.has(id)) return `${event.type} of worker ${id}, which is not there, ${at(event)}`;
    else if (event.type === 'exit') living.delete(id);
  }
  const told = new Set(all(history, 'fork').map(({ worker }) => worker.id));
  const unknown = [...told].find((id) => id > forked.length);
  if (unknown !== undefined) return `fork of worker ${unknown}, of ${forked.length} processes`;
  // A subscriber that unsubscribes inside a `next` does not get the queued events.
  const missing = forked.findIndex(
    ({ time, held }, index) => !held && !told.has(index + 1) && (end !== 'unsubscribed' || time !== endedAt),
  );
  if (missing >= 0) return `the fork of worker ${missing + 1} was not told`;
  return ended(history) && living.size > 0 ? `no exit of workers ${[...living].join(', ')}` : undefined;
};

const customOf = ({ schedule }: History): Custom | undefined =>
  typeof schedule.rules.respawn === 'object' ? schedule.rules.respawn : undefined;

/** Events about a worker that may come after its exit. */
const isVerdict = ({ type }: ClusterEvent): boolean =>
  type === 'departure' ||
  type === 'backoff' ||
  type === 'degraded' ||
  type === 'give-up' ||
  type === 'replace-end' ||
  type === 'replace-abort';

/**
 * At most `worker + maxSurge` processes have not been asked to leave; during a roll that is the limit of all processes.
 *
 * Only the forks of a roll wait for room; a respawn does not wait for processes that are leaving. Those are of three kinds: workers that leave on
 * their own, workers of a slot that was closed, and a replacement that an abort has dropped from a slot whose old worker has exited meanwhile.
 * Nor does a scaling wait, which fills an empty slot: if the roll has decided to fill it in the same moment, there are two.
 */
const processesLimited: Invariant = (history) => {
  const { schedule } = history;
  let surge = surgeOf(schedule, history.policy.worker);
  let rolling = false;
  let scaled = false;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'restart-begin') {
      rolling = true;
      scaled = false;
      surge = surgeOf(schedule, crew.size);
    }
    // A fork that was decided before a scaling had the room of before, including that of vacant slots, which are filled again.
    if (event.type === 'scale') scaled = rolling;
    if (event.type === 'restart-end' || event.type === 'restart-abort') rolling = scaled = false;
    if (event.type !== 'fork' || scaled) continue;
    const room = crew.size + surge;
    const staying = crew.count(stays);
    if (staying > room) return `${staying} workers, room for ${room}, ${at(event)}`;
    // A slot that was opened again before the roll gets a worker also while its old worker still leaves.
    if (event.why === 'scale') continue;
    const respawn = event.why === 'respawn';
    const filled = (life: Life) =>
      event.why === 'roll' && life.why === 'scale' && life.slot === event.worker.slot && life.bornAt === event.time;
    const processes = crew.count(
      (life) =>
        life.leavingAt === undefined &&
        !filled(life) &&
        !(respawn && (life.outside || (isNewcomer(life) && !stays(life)))),
    );
    if (rolling && processes > room) return `${processes} processes in a roll, room for ${room}, ${at(event)}`;
  }
  return undefined;
};

/** No more workers boot at a time than `maxBooting`. */
const bootsLimited: Invariant = (history) => {
  const { maxBooting } = history.policy;
  if (maxBooting === Infinity) return undefined;
  for (const [event, crew] of walk(history)) {
    if (event.type !== 'fork') continue;
    const booting = crew.count((life) => stays(life) && !life.ready && !life.overdue);
    if (booting > maxBooting) return `${booting} workers boot at a time ${at(event)}`;
  }
  return undefined;
};

/**
 * If every slot has a ready worker when a roll begins, and none that serves leaves unasked, the roll never has fewer ready than there are slots.
 * Without surge one is missing: the old worker, which leaves first.
 */
const capacityKept: Invariant = (history) => {
  let watching = false;
  for (const [event, crew] of walk(history)) {
    const { type } = event;
    const least = surgeOf(history.schedule, crew.size) === 0 ? crew.size - 1 : crew.size;
    if (type === 'restart-begin') watching = serving(crew, holdsAndServes).size === crew.size;
    if (type === 'restart-end' || type === 'restart-abort' || type === 'shutdown' || type === 'scale') watching = false;
    if ('serves' in event && !event.serves) watching = false;
    if (deserts(event, crew) && !isNewcomer(crew.of(event.worker))) watching = false;
    if (!watching) continue;
    const ready = crew.count(serves);
    if (ready < least) return `${ready} of ${crew.size} ready in a roll ${at(event)}`;
  }
  return undefined;
};

const isNewcomer = (life: Life | undefined): boolean => life?.why === 'roll' && !life.available;

/** The slots with a ready worker. */
const serving = (crew: Crew, counts = serves): ReadonlySet<number> => {
  const slots = new Set<number>();
  for (const life of crew.present()) if (counts(life)) slots.add(life.slot);
  return slots;
};

/**
 * Nothing is forked after a shutdown, or after giving up, or after the end of the subscription, and no fork is announced.
 *
 * The time of the fork itself counts: the event of a fork just before can be delivered just after,
 * because events are delivered in the order in which they were emitted.
 */
const noForkAfterShutdown: Invariant = ({ events, forked, end }) => {
  const stop = events.findIndex(is('shutdown'));
  const idle = stop < 0 ? undefined : events.slice(stop).find(({ type }) => respawnWords.has(type));
  if (idle !== undefined) return `${idle.type} after the shutdown ${at(idle)}`;
  const over = events.findIndex(({ type }) => type === 'shutdown' || type === 'give-up');
  const last = forked.at(-1)?.seen;
  if (last === undefined) return undefined;
  if (over >= 0 && last > over) return `fork ${forked.length} after the shutdown, when ${last} events had been told`;
  return last === Infinity ? `fork ${forked.length} after the end: ${end}` : undefined;
};

/**
 * Every shutdown that requests more than the one before is emitted, and no other.
 */
const shutdownsEmitted: Invariant = (history) => {
  const stops = all(history, 'shutdown');
  const levels = stops.map(({ force }) => Number(force));
  if (levels.length > 2 || (levels.length === 2 && (levels[0] !== 0 || levels[1] !== 1))) return 'a shutdown twice';
  const asked = (acts: readonly string[]) => history.done.find(({ act }) => acts.includes(act));
  // A subscriber that unsubscribes inside a `next` does not get the queued events.
  if (!ended(history)) return undefined;
  const gentle = asked(['shutdown', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'force']);
  if (gentle !== undefined && (stops[0]?.time ?? Infinity) > gentle.time) return `${gentle.act} was not heard`;
  const harsh = asked(['SIGQUIT', 'force']);
  const forced = stops.find(({ force }) => force);
  if (harsh !== undefined && (forced?.time ?? Infinity) > harsh.time) return `${harsh.act} was not heard`;
  return undefined;
};

/** The failures of a slot, counted by the rules of the design and not from the code's state. */
class Account {
  readonly spent = new Map<number, number>();
  readonly failedStarts = new Map<number, number>();
  readonly vacant = new Set<number>();
  begun = false;

  of(slot: number): number {
    return this.spent.get(slot) ?? 0;
  }

  total(): number {
    let sum = 0;
    for (const spent of this.spent.values()) sum += spent;
    return sum;
  }

  failedOf(slot: number): number {
    return this.failedStarts.get(slot) ?? 0;
  }

  see(event: ClusterEvent, size: number): void {
    if (event.type === 'available') this.begun = true;
    if (event.type === 'backoff' || event.type === 'degraded')
      this.failedStarts.set(event.slot, this.failedOf(event.slot) + 1);
    if (event.type === 'stable') this.spent.delete(event.worker.slot);
    if ((event.type === 'backoff' || event.type === 'degraded') && event.charged)
      this.spent.set(event.slot, this.of(event.slot) + 1);
    if (event.type === 'vacant') this.vacant.add(event.slot);
    if (event.type === 'replace-begin') this.vacant.delete(event.slot);
    if (event.type === 'scale' && event.from !== event.to) this.vacant.clear();
    // A closed slot needs no decision, nor does one about which a decision follows.
    for (const slot of [...this.spent.keys(), ...this.failedStarts.keys(), ...this.vacant]) {
      if (slot <= size) continue;
      this.failedStarts.delete(slot);
      this.spent.delete(slot);
      this.vacant.delete(slot);
    }
  }
}

/**
 * The budget: an unasked exit before `minUptime` costs one, and a stable worker gives back what its slot has spent. Workers are respawned while
 * some is left; afterwards slowly if another slot serves or has not failed, and otherwise the cluster gives up. Until a worker has been available each slot
 * has `maxStartAttempts`, and the cluster continues as long as another slot has attempts left and no overdue worker.
 */
const budgetKept: Invariant = (history) => {
  // A late decision was made from the state at the departure.
  if (customOf(history)?.late !== undefined) return undefined;
  const { minUptime, ...options } = history.policy;
  const { backoff } = history.schedule.rules;
  const { maxForkCount = 100, maxStartAttempts = options.maxForkCount === undefined ? 5 : Infinity } = options;
  const maxForkCountAtStart = options.maxForkCount ?? Infinity;
  const account = new Account();
  for (const [event, crew] of walk(history)) {
    if (event.type === 'backoff' || event.type === 'degraded' || event.type === 'give-up') {
      const life = crew.of(event.worker);
      // A worker that announced that it leaves served until then, also if `transient` decides by its exit.
      const left = life?.leavingAt ?? (life?.exit?.requested === false ? life.exit.time : undefined);
      if (life === undefined || left === undefined) return `${event.type} of a worker that has not left ${at(event)}`;
      const charged = left - life.bornAt < minUptime;
      const spent = account.total() + Number(charged);
      // If the start limit gives up, the budget does not matter.
      const limit = event.type === 'give-up' && event.start !== undefined ? undefined : maxForkCount;
      if (event.spent !== spent || event.limit !== limit)
        return `${event.spent} spent of ${event.limit} by its word, ${spent} of ${limit} by count, ${at(event)}`;
      const hope = range(crew.size).some(
        (slot) =>
          slot !== life.slot && !account.vacant.has(slot) && (account.of(slot) === 0 || crew.count(serves, slot) > 0),
      );
      const starting = !account.begun && maxStartAttempts < Infinity;
      const failed = account.failedOf(life.slot) + 1;
      const tried = starting && failed >= maxStartAttempts;
      if (event.start !== undefined && (event.start.failed !== failed || event.start.limit !== maxStartAttempts))
        return `${event.start.failed} failed starts by its word, ${failed} by count, ${at(event)}`;
      const mayStart = range(crew.size).some(
        (slot) =>
          slot !== life.slot &&
          !account.vacant.has(slot) &&
          (crew.count(serves, slot) > 0 ||
            (account.failedOf(slot) < maxStartAttempts &&
              crew.count((other) => stays(other) && other.overdue, slot) === 0)),
      );
      // The start limit is looked at first. Where others may still start it does not give up, but then the budget may.
      if ((event.start !== undefined) !== (starting && (event.type !== 'give-up' || (tried && !mayStart))))
        return `start: ${JSON.stringify(event.start)}, starting: ${starting}, ${at(event)}`;
      const exhausted = charged && spent >= (starting ? maxForkCountAtStart : maxForkCount);
      const goOn = (!exhausted || hope) && (!tried || mayStart);
      const due = !exhausted && !tried ? 'backoff' : goOn ? 'degraded' : 'give-up';
      if (event.type !== due) return `${event.type}, and ${due} was due, ${at(event)}`;
      if (event.type !== 'give-up') {
        const { initial, factor, max, jitter } = backoff;
        const mean = Math.min(max, initial * factor ** account.of(life.slot));
        const [low, high] =
          event.type === 'degraded'
            ? [max, max]
            : charged
              ? [Math.floor(mean * (1 - jitter)), Math.ceil(mean * (1 + jitter))]
              : [0, 0];
        if (event.charged !== charged) return `charged wrongly ${at(event)}`;
        const { delay = Infinity } = event;
        if (delay < low || delay > high) return `a backoff of ${event.delay} ms ${at(event)}`;
      }
    }
    account.see(event, crew.size);
  }
  return undefined;
};

const range = (length: number) => Array.from({ length }, (_, index) => index + 1);

/** A respawn comes after the announced delay, once for each departure that has one. */
const respawnDelaysKept: Invariant = (history) => {
  const { events, policy } = history;
  if (typeof policy.respawn === 'function') return undefined;
  const due = new Map<number, number>();
  const replaced = new Set<number>();
  for (const event of events) {
    if (event.type === 'backoff' || event.type === 'degraded') {
      if (due.has(event.slot)) return `two respawns are due in slot ${event.slot} ${at(event)}`;
      due.set(event.slot, event.time + (event.delay ?? Infinity));
      replaced.delete(event.slot);
    }
    if (event.type === 'replace-begin') replaced.add(event.slot);
    if (event.type === 'scale') for (const slot of due.keys()) if (slot > event.to) due.delete(slot);
    if (event.type === 'replace-end' || (event.type === 'replace-begin' && !event.overlap)) due.delete(event.slot);
    if (event.type !== 'fork' || event.why !== 'respawn') continue;
    const { slot } = event.worker;
    const expected = due.get(slot);
    if (expected === undefined) return `a respawn that nobody announced ${at(event)}`;
    // A worker that waits for a permit to boot, or for the end of a failed replacement, comes later, and all do after a suspension.
    const late = policy.maxBooting !== Infinity || replaced.has(slot) || suspendedFor(history) > 0;
    if (event.time < expected || (event.time > expected && !late))
      return `a respawn was due at ${expected} ms ${at(event)}`;
    due.delete(slot);
  }
  return undefined;
};

/** As in OTP: `permanent` respawns after every departure, `transient` only after abnormal exits, `temporary` never. */
const respawnKindsKept: Invariant = (history) => {
  const { respawn } = history.policy;
  if (typeof respawn === 'function') return undefined;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'vacant') {
      if (respawn === 'permanent') return `a permanent slot is vacant ${at(event)}`;
      if (crew.count(stays, event.slot) > 0) return `slot ${event.slot} is called vacant and is not ${at(event)}`;
    }
    if (event.type !== 'backoff' && event.type !== 'degraded' && event.type !== 'give-up') continue;
    const exit = crew.of(event.worker)?.exit;
    const normal = exit === undefined || exit.code === 0;
    if (respawn === 'temporary' || (respawn === 'transient' && normal)) return `${respawn} is made good ${at(event)}`;
  }
  return undefined;
};

/** Each worker that waits for its permit to boot before this one may take its whole `readyTimeout`, or the time to leave if it is dropped meanwhile. */
const lineOf = (schedule: Schedule, size: number): number => {
  const { maxBooting, readyTimeout, disconnectTimeout } = schedule.rules;
  if (maxBooting === 'any') return 0;
  return ((size + surgeOf(schedule, size)) * (readyTimeout + disconnectTimeout + dying)) / maxBooting;
};

/** The largest number of slots. */
const largest = (history: History): number =>
  Math.max(history.policy.worker, ...all(history, 'scale').map(({ to }) => to));

/** A slot without a worker is filled in bounded time, unless it is vacant or the cluster stops. */
const slotsFilled: Invariant = (history) => {
  // A decision that is late or never comes leaves a slot empty.
  if (customOf(history) !== undefined) return undefined;
  const { policy, endedAt, schedule } = history;
  const { worker, readyTimeout, disconnectTimeout } = policy;
  const { backoff } = schedule.rules;
  const pause = Math.ceil(backoff.max * (1 + backoff.jitter)) + retryDelay;
  // Without surge the slot is empty from the old worker's exit; if a newcomer fails, the decision comes when that is known.
  const bound =
    pause + lineOf(schedule, largest(history)) + disconnectTimeout + readyTimeout + dying + suspendedFor(history);
  const stop = first(history, 'shutdown')?.time ?? endedAt;
  const emptySince = new Map(range(worker).map((slot) => [slot, 0]));
  const vacant = new Set<number>();
  const complain = (slot: number, since: number, until: number) =>
    until - since > bound ? `nobody was in slot ${slot} from ${since} to ${until} ms, ${bound} are fair` : undefined;
  for (const [event, crew] of walk(history)) {
    if (event.time >= stop) break;
    if (event.type === 'scale') {
      for (const slot of range(event.from)) {
        if (slot <= event.to) continue;
        emptySince.delete(slot);
        vacant.delete(slot);
      }
      for (const slot of range(event.to))
        if (slot > event.from || (event.from !== event.to && vacant.delete(slot))) emptySince.set(slot, event.time);
    }
    if (event.type === 'vacant') {
      emptySince.delete(event.slot);
      vacant.add(event.slot);
    }
    // A fork that was decided before the slot was closed can be delivered after it, without an effect.
    if (event.type === 'replace-begin' && event.slot <= crew.size && crew.count(stays, event.slot) === 0) {
      emptySince.set(event.slot, event.time);
      vacant.delete(event.slot);
    }
    if (!('worker' in event) || event.worker === undefined || isVerdict(event)) continue;
    const { slot } = event.worker;
    const since = emptySince.get(slot);
    if (event.type === 'fork' && since !== undefined) {
      const complaint = complain(slot, since, event.time);
      if (complaint !== undefined) return complaint;
      emptySince.delete(slot);
    } else if (
      since === undefined &&
      slot > 0 &&
      slot <= crew.size &&
      !vacant.has(slot) &&
      crew.count(stays, slot) === 0
    )
      emptySince.set(slot, event.time);
  }
  for (const [slot, since] of emptySince) {
    const complaint = complain(slot, since, stop);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
};

/** When the last slot has become vacant the cluster shuts down. */
const vacantEnds: Invariant = (history) => {
  const vacant = new Set<number>();
  let since: number | undefined;
  for (const [event, { size }] of walk(history)) {
    if (event.type === 'vacant') vacant.add(event.slot);
    if (event.type === 'fork') vacant.delete(event.worker.slot);
    if (event.type === 'replace-begin') vacant.delete(event.slot);
    if (event.type === 'scale' && event.from !== event.to) vacant.clear();
    for (const slot of vacant) if (slot > size) vacant.delete(slot);
    if (event.type === 'shutdown') {
      const says = event.why === 'every slot is vacant';
      return says && vacant.size < size ? `it says that every slot is vacant ${at(event)}` : undefined;
    }
    since = vacant.size < size ? undefined : (since ?? event.time);
    if (since !== undefined && event.time > since) return `every slot is vacant, and it goes on ${at(event)}`;
  }
  return undefined;
};

/** Every accepted restart is settled by exactly one roll; every roll that begins ends, and one runs at a time. */
const restartsResolve: Invariant = (history) => {
  const { events, done } = history;
  const waiting = new Set<string>();
  let rolling: number | undefined;
  for (const event of events) {
    if (event.type === 'restart') waiting.add(event.request);
    if (event.type === 'restart-begin') {
      if (rolling !== undefined) return `two rolls at a time ${at(event)}`;
      rolling = event.roll;
    }
    if (event.type !== 'restart-end' && event.type !== 'restart-abort') continue;
    if (rolling !== undefined && rolling !== event.roll)
      return `roll ${event.roll} ends instead of ${rolling} ${at(event)}`;
    rolling = undefined;
    for (const request of event.requests) {
      if (!waiting.delete(request)) return `${request} is settled and was not waiting ${at(event)}`;
    }
  }
  if (!ended(history)) return undefined;
  if (rolling !== undefined) return `roll ${rolling} never ended`;
  if (waiting.size > 0) return `never settled: ${[...waiting].join(', ')}`;
  const asked = done.filter(({ act }) => act.startsWith('restart') || act === 'SIGUSR2').length;
  const told = all(history, 'restart').filter(({ worker }) => worker === undefined).length;
  return asked === told ? undefined : `${asked} restarts were asked for, ${told} told`;
};

/** The outcome of a roll is what happened. */
const outcomesTrue: Invariant = (history) => {
  const replaced = new Set<number>();
  const fresh = new Set<number>();
  let roll = 0;
  let from = 1;
  let last = Infinity;
  let reach = Infinity;
  let scaledAt = -1;
  let failed = false;
  let stopped = false;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'shutdown') stopped = true;
    if (event.type === 'scale') {
      // Infinity: there is no roll.
      if (reach < Infinity) reach = Math.min(reach, event.to);
      scaledAt = event.time;
    }
    if (event.type === 'restart-begin') {
      from = event.slots[0] ?? Infinity;
      last = event.slot ?? Infinity;
      reach = event.slot === undefined ? crew.size : Math.min(event.slot, crew.size);
      replaced.clear();
      fresh.clear();
      failed = false;
      ({ roll } = event);
    }
    if (event.type === 'fork') fresh.add(event.worker.id);
    if (event.type === 'replace-end') {
      replaced.add(event.slot);
      const life = crew.of(event.worker);
      if (life === undefined || !life.available)
        return `slot ${event.slot} got a worker that is not available ${at(event)}`;
    }
    if (event.type === 'replace-abort' && event.roll === roll) failed = true;
    if (event.type !== 'restart-end' && event.type !== 'restart-abort') continue;
    const { outcome, cause, ...result } = event.result;
    if ((outcome === 'aborted') !== (event.type === 'restart-abort'))
      return `${event.type} with ${outcome} ${at(event)}`;
    // A replaced slot may have been closed later; a closed slot that was not replaced is not listed.
    const named = [...result.replaced.filter((slot) => slot <= reach), ...result.kept].toSorted((a, b) => a - b);
    const due = range(Math.min(reach, crew.size)).filter((slot) => slot >= from);
    // A roll that is cancelled before it begins does not list the slots that it would have replaced.
    if (event.roll === roll && named.join() !== due.join() && event.time > scaledAt)
      return `replaced ${result.replaced.join()} and kept ${result.kept.join()} ${at(event)}`;
    if (outcome === 'cancelled' && !stopped) return `cancelled by nothing ${at(event)}`;
    if (outcome === 'aborted' && !failed) return `aborted by nothing ${at(event)}`;
    if (outcome !== 'done' && (cause?.why ?? '') === '') return `${outcome}, and nobody knows why, ${at(event)}`;
    reach = Infinity;
    if (stopped) continue;
    if (result.replaced.some((slot) => !replaced.has(slot)))
      return `a slot counts as replaced that was not ${at(event)}`;
    if (outcome !== 'done') continue;
    if (result.kept.length > 0) return `done, and kept ${result.kept.join()} ${at(event)}`;
    for (const { id, slot } of crew.present()) {
      // A roll of one slot, or of none, does not change the others.
      if (slot < from || slot > last) continue;
      if (!fresh.has(id)) return `done, and worker ${id} of slot ${slot} is from before ${at(event)}`;
    }
  }
  return undefined;
};

/** The first slot is the canary: until it is replaced no other is replaced. Without surge one is replaced at a time. */
const canaryFirst: Invariant = ({ events, schedule }) => {
  const underWay = new Set<number>();
  let surge = 0;
  let replaced = 0;
  for (const event of events) {
    if (event.type === 'restart-begin') {
      underWay.clear();
      replaced = 0;
      surge = surgeOf(schedule, event.slots.length);
    }
    if (event.type === 'replace-begin') underWay.add(event.slot);
    if (event.type === 'scale') for (const slot of underWay) if (slot > event.to) underWay.delete(slot);
    if (event.type === 'replace-end') {
      underWay.delete(event.slot);
      replaced += 1;
    }
    const most = replaced === 0 || surge === 0 ? 1 : Infinity;
    if (underWay.size > most) return `${underWay.size} slots at a time ${at(event)}`;
  }
  return undefined;
};

/**
 * A worker is asked to leave only by a shutdown, because its slot is closed, because its replacement is available (without surge: before its replacement), or because it is itself
 * a replacement that failed. So a deploy that fails never ends an old healthy worker.
 */
const retiredForAReason: Invariant = (history) => {
  const heir = new Map<number, number>();
  const lost = new Set<number>();
  let makeWay = new Set<number>();
  let surge = 0;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'shutdown') return undefined;
    if (event.type === 'restart-begin') surge = surgeOf(history.schedule, crew.size);
    if (event.type === 'replace-begin' && !event.overlap) makeWay.add(event.slot);
    if (event.type === 'restart-begin') makeWay = new Set();
    if (event.type === 'replace-end') heir.set(event.slot, event.worker.generation);
    if (event.type === 'replace-abort' && surge > 0) lost.add(event.slot);
    if (event.type !== 'retire') continue;
    const { slot, generation } = event.worker;
    const replaced = generation < (heir.get(slot) ?? 0);
    const life = crew.of(event.worker);
    const dropped = lost.has(slot) && isNewcomer(life);
    // A scaling fills a slot for which no respawn was decided, and its last worker may still be on its way out.
    const goesAnyway = life?.leavingAt !== undefined;
    if (!replaced && !dropped && !goesAnyway && !makeWay.has(slot) && life?.outside !== true)
      return `worker ${event.worker.id} is asked to leave for nothing ${at(event)}`;
  }
  return undefined;
};

/** SIGKILL comes only after `disconnectTimeout`, by force, and for a replacement that is not ready in time. */
const killedForAReason: Invariant = (history) => {
  const { disconnectTimeout } = history.policy;
  let forced = false;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'shutdown' && event.force) forced = true;
    if (event.type === 'kill' && event.signal === 'SIGKILL' && !isForHang(event)) {
      const life = crew.of(event.worker);
      const since = Math.min(life?.retiredAt ?? Infinity, life?.leavingAt ?? Infinity);
      const overstayed = event.time >= since + disconnectTimeout;
      const late = life !== undefined && life.overdue && isNewcomer(life);
      // Asked to leave, it gets SIGTERM at once and SIGKILL 5 s later.
      const neverReady = life !== undefined && !life.ready && event.time >= since + 5_000;
      if (!forced && !overstayed && !late && !neverReady)
        return `worker ${event.worker.id} is killed for nothing ${at(event)}`;
    }
  }
  return undefined;
};

/** SIGTERM comes only after the request to leave: at once if the worker was never ready and has not listened, otherwise when much of its time is over. */
const terminatedForAReason: Invariant = (history) => {
  const { disconnectTimeout, cut } = history.policy;
  for (const [event, crew] of walk(history)) {
    const life = 'worker' in event && event.worker !== undefined ? crew.of(event.worker) : undefined;
    if (life === undefined) continue;
    if (event.type === 'kill' && event.signal === 'SIGTERM') {
      const { retiredAt = Infinity, listens, ready } = life;
      const wait = listens ? (disconnectTimeout + cut) / 2 : ready ? disconnectTimeout / 2 : 0;
      // Its `listening` may have arrived only after it was asked.
      const due = retiredAt + Math.floor(wait);
      if (event.time < due && !(listens && !ready && event.time === retiredAt))
        return `worker ${life.id} gets SIGTERM at ${event.time} ms, ${due} ms is soon enough`;
    }
    if (event.type === 'kill' && event.signal === 'SIGKILL' && life.retiredAt !== undefined) {
      const overdue = event.why.startsWith('still there') && disconnectTimeout > 1;
      // What it reports after it was asked is not emitted.
      const { walksOut, terminated } = history.schedule.workers[life.id - 1] ?? history.schedule.others;
      // A worker that got SIGTERM from outside has run its handlers.
      if (overdue && walksOut === undefined && terminated === undefined && life.terminatedAt === undefined)
        return `worker ${life.id} is killed without SIGTERM before that, ${at(event)}`;
    }
  }
  return undefined;
};

/** A worker that was asked to leave, or began to, has exited after `disconnectTimeout`; one that was killed, at once. No worker is asked or killed twice. */
const leaveTimeoutKept: Invariant = (history) => {
  const { events, policy, endedAt } = history;
  const { disconnectTimeout } = policy;
  const seen = new Set<string>();
  for (const event of events) {
    if (event.type !== 'retire' && event.type !== 'kill' && event.type !== 'leaving') continue;
    if (event.type === 'kill' && isForHang(event)) continue;
    const what = `${event.type === 'kill' ? event.signal : event.type} of worker ${event.worker.id}`;
    if (seen.has(what)) return `a second ${what} ${at(event)}`;
    seen.add(what);
  }
  for (const { id, exit, retiredAt, leavingAt, killedAt } of crewOf(history).everyone()) {
    const asked = Math.min(retiredAt ?? Infinity, leavingAt ?? Infinity) + disconnectTimeout;
    const by = Math.min(asked, killedAt ?? Infinity) + dying;
    const gone = exit?.time ?? endedAt;
    if (gone > by + suspendedFor(history))
      return `worker ${id} was there until ${gone} ms, and had time until ${by} ms`;
  }
  return undefined;
};

/** The exit of a worker that was asked is `requested`; that of one that left on its own is not. */
const exitsTrue: Invariant = (history) => {
  for (const { exit, retiredAt, leavingAt, killedAt, bornAt } of crewOf(history).everyone()) {
    if (exit === undefined) continue;
    const requested = retiredAt !== undefined || (killedAt !== undefined && leavingAt === undefined);
    if (exit.requested !== requested) return `requested: ${exit.requested} ${at(exit)}`;
    const reason = requested ? ['requested'] : leavingAt === undefined ? ['crash', 'spawn'] : ['left'];
    if (!reason.includes(exit.reason)) return `reason: ${exit.reason} ${at(exit)}`;
    if (exit.uptime !== exit.time - bornAt) return `uptime: ${exit.uptime} ${at(exit)}`;
  }
  return undefined;
};

/**
 * A healthy slot is never lost to a failing one: a slot whose workers never leave unasked serves from its first ready worker to the shutdown,
 * whatever happens to the others and to the replacements that are tried on it.
 *
 * Without surge it does not serve between its old worker and the new one.
 */
const healthyKept: Invariant = (history) => {
  const unsound = new Set<number>();
  for (const [event, crew] of walk(history)) {
    if (deserts(event, crew) && !isNewcomer(crew.of(event.worker))) unsound.add(event.worker.slot);
  }
  const served = new Set<number>();
  for (const [event, crew] of walk(history)) {
    if (event.type === 'shutdown') return undefined;
    if (event.type === 'scale') for (const slot of served) if (slot > event.to) served.delete(slot);
    if (event.type === 'replace-begin' && !event.overlap) served.delete(event.slot);
    const life = 'worker' in event && event.worker !== undefined ? crew.of(event.worker) : undefined;
    if (life !== undefined && mayServe(life) && !isNewcomer(life)) served.add(life.slot);
    if (event.type !== 'exit' && event.type !== 'retire' && event.type !== 'kill' && event.type !== 'leaving') continue;
    const { slot } = event.worker;
    if (served.has(slot) && !unsound.has(slot) && crew.count(mayServe, slot) === 0)
      return `slot ${slot} is healthy and serves no more ${at(event)}`;
  }
  return undefined;
};

/** It serves, or would if it were in rotation. */
const mayServe = (life: Life): boolean => life.ready && stays(life);

const holdsAndServes = (life: Life | undefined): boolean => life !== undefined && serves(life) && !isNewcomer(life);

const withoutAbort = ({ abortedAt, ...life }: Life): Life => life;

/** Only a worker that runs and stays becomes ready, available, stable or overdue. */
const progressTrue: Invariant = (history) => {
  for (const [event, crew] of walk(history)) {
    const { type } = event;
    if (type !== 'ready' && type !== 'available' && type !== 'stable' && type !== 'overdue') continue;
    const life = crew.of(event.worker);
    // Who is ended without having been asked is there until its exit.
    if (life === undefined || !stays(withoutAbort({ ...life, outside: false })))
      return `${type} of worker ${event.worker.id}, which has left its slotRef, ${at(event)}`;
  }
  return undefined;
};

/** `started` is emitted once, when all first workers have become ready. */
const startedOnce: Invariant = (history) => {
  let started = false;
  let changedAt = -1;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'shutdown') return undefined;
    // A worker may be lost, or a slot opened, in the moment in which the last one became ready.
    if (event.type === 'scale' || event.type === 'pause' || endsService.has(event.type)) changedAt = event.time;
    if (event.type === 'started') {
      if (started) return `started twice ${at(event)}`;
      started = true;
      const served = serving(crew).size;
      if (served < crew.size && changedAt !== event.time) return `${served} of ${crew.size} slots serve ${at(event)}`;
    }
    if (!started && event.type === 'online' && serving(crew).size === crew.size)
      return `not told to have started ${at(event)}`;
  }
  return undefined;
};

const endsService: ReadonlySet<ClusterEvent['type']> = new Set(['leaving', 'retire', 'kill', 'exit']);

/** Each size follows from the one before, there is always a slot, no worker is outside of the size, and requests before a shutdown are carried out. */
const scalesAsRequested: Invariant = (history) => {
  const { policy, done, events } = history;
  let size = policy.worker;
  let scaledAt = -1;
  for (const [event, crew] of walk(history)) {
    if (event.type === 'scale') {
      if (event.from !== size || event.to < 1)
        return `from ${event.from} to ${event.to}, and it was ${size}, ${at(event)}`;
      size = event.to;
      scaledAt = event.time;
    }
    if (event.time === scaledAt) continue;
    for (const life of crew.present()) {
      if (life.outside && stays({ ...life, outside: false })) return `worker ${life.id} sits outside ${at(event)}`;
    }
  }
  const stoppedAt = first(history, 'shutdown')?.time ?? Infinity;
  // Events that are queued behind the shutdown are emitted nevertheless.
  const late = events.find((event) => event.type === 'scale' && event.time > stoppedAt);
  if (late !== undefined) return `scaled after the shutdown ${at(late)}`;
  if (!ended(history)) return undefined;
  for (const { act, time } of done) {
    const to = Number(/^scale to (\d+)$/.exec(act)?.[1]);
    // A size that does not change is not emitted.
    const before = events.findLast((event) => event.type === 'scale' && event.time < time);
    const sizes = events.flatMap((event) => (event.type === 'scale' && event.time === time ? [event.to] : []));
    const heard = [before?.type === 'scale' ? before.to : policy.worker, ...sizes].includes(to);
    if (to > 0 && time < stoppedAt && !heard) return `${act} was not heard at ${time} ms`;
  }
  return undefined;
};

/**
 * A roll ends in bounded time: each slot may take the whole time of its replacement to become available and of its old worker to leave.
 *
 * Not if workers leave on their own meanwhile: they take up room until they have exited, and their successors do so again.
 */
const rollsEnd: Invariant = (history) => {
  const { events, policy, schedule, endedAt } = history;
  const { ready, readyTimeout, minReadyTime, disconnectTimeout } = policy;
  // For a worker that is ready without listening, and listens before it is available, the time counts from then.
  const settling = ready === 'auto' ? 2 * minReadyTime : minReadyTime;
  const trial = readyTimeout + settling + disconnectTimeout + dying;
  const size = largest(history);
  // Before its first fork it may have to wait for what the roll before it has dropped.
  const dropped = disconnectTimeout + dying;
  const bound = size * (trial + lineOf(schedule, size)) + dropped + suspendedFor(history);
  let begun: number | undefined;
  for (const event of events) {
    if (event.type === 'restart-begin') begun = event.time;
    if (event.type === 'leaving') begun = undefined;
    // A roll that has begun may have to wait for the workers of slots that are closed by a scaling.
    if (event.type === 'scale' && begun !== undefined) begun = event.time;
    if (begun !== undefined && event.time - begun > bound)
      return `a roll since ${begun} ms, ${bound} ms are fair, ${at(event)}`;
    if (event.type === 'restart-end' || event.type === 'restart-abort') begun = undefined;
  }
  return begun !== undefined && endedAt - begun > bound ? `a roll since ${begun} ms never ends` : undefined;
};

/** A worker of a roll that is ready because it listens does so wherever the last available worker of its slot listened; or `readyTimeout` has passed, and `lacks` has the missing addresses. */
const readyWhereExpected: Invariant = (history) => {
  const { policy } = history;
  if (policy.ready !== 'auto' && policy.ready !== 'listening') return undefined;
  const ports = new Map<number, Map<number, number>>();
  const available = new Map<number, number>();
  for (const [event, crew] of walk(history)) {
    if (event.type === 'scale') for (const slot of available.keys()) if (slot > event.to) available.delete(slot);
    if (event.type === 'fork') ports.set(event.worker.id, new Map());
    if (event.type === 'listening') ports.get(event.worker.id)?.set(event.address.port ?? 0, event.time);
    if (event.type === 'available') available.set(event.worker.slot, event.worker.id);
    if (event.type !== 'ready') continue;
    const life = crew.of(event.worker);
    const before = ports.get(available.get(event.worker.slot) ?? 0);
    if (life?.why !== 'roll' || before === undefined) continue;
    const own = ports.get(event.worker.id);
    // An address that the other one opens at the same moment may be reported too late.
    const missing = [...before].filter(([port, since]) => own?.has(port) !== true && since < event.time);
    if (missing.length > 0 && event.lacks === undefined) return `ready without port ${missing[0]?.[0]} ${at(event)}`;
    if (event.lacks !== undefined && event.time < life.bornAt + policy.readyTimeout)
      return `ready without port ${event.lacks[0]?.port} before readyTimeout ${at(event)}`;
  }
  return undefined;
};

/** When a worker gets SIGTERM a restart of its slot is requested at the same moment, unless the cluster stops. With `temporary` and `transient` it leaves at once. */
const signalledReplaced: Invariant = (history) => {
  const { events, policy } = history;
  const nobody = policy.respawn === 'temporary' || policy.respawn === 'transient';
  const stop = first(history, 'shutdown')?.time ?? (ended(history) ? Infinity : history.endedAt);
  for (const event of events) {
    if (event.type !== 'replace-request' || event.time >= stop) continue;
    const answer = events.find(
      (other) =>
        other.seq > event.seq &&
        (nobody ? other.type === 'leaving' : other.type === 'restart') &&
        'worker' in other &&
        other.worker?.id === event.worker.id,
    );
    if (answer?.time !== event.time) return `worker ${event.worker.id} got SIGTERM, and nothing follows ${at(event)}`;
  }
  return undefined;
};

/** What must hold, by name. */
const invariants: Readonly<Record<string, Invariant>> = {
  ends,
  leavesNothing,
  inOrder,
  oneExitPerFork,
  processesLimited,
  bootsLimited,
  capacityKept,
  noForkAfterShutdown,
  shutdownsEmitted,
  budgetKept,
  respawnDelaysKept,
  respawnKindsKept,
  slotsFilled,
  vacantEnds,
  restartsResolve,
  outcomesTrue,
  canaryFirst,
  retiredForAReason,
  killedForAReason,
  terminatedForAReason,
  leaveTimeoutKept,
  exitsTrue,
  healthyKept,
  progressTrue,
  startedOnce,
  scalesAsRequested,
  rollsEnd,
  readyWhereExpected,
  signalledReplaced,
  ...featureInvariants,
};

/** The first invariant that a history breaks, and how. */
export const violation = (history: History): string | undefined => {
  for (const [name, holds] of Object.entries(invariants)) {
    const broken = holds(history);
    if (broken !== undefined) return `${name}: ${broken}`;
  }
  return undefined;
};
