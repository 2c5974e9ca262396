import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { canaryOf, isFinal, isInTransition, isPastSoak, isSettled, othersOf } from '../../../src/fleet/roll/hosts.js';
import { reportOf } from '../../../src/fleet/roll/report.js';
import type { FleetHistory, Happening } from './run.js';

type Invariant = (history: FleetHistory) => string | undefined;

/** What must hold whatever happens. Each says what is wrong with a history, if anything is. */
const invariants: Readonly<Record<string, Invariant>> = {
  oneRoll: (history) =>
    eachWrite(history, (before, after) => {
      if (before === undefined || before.id === after.id) return undefined;
      if (before.phase === 'running' || before.phase === 'halted')
        return `${after.id} begins while ${before.id} is ${before.phase}`;
      const open = before.hosts.filter(isInTransition).map(({ host }) => host);
      return open.length > 0 ? `${after.id} begins while ${open.join(', ')} may be in ${before.id}` : undefined;
    }),

  limitInRecord: (history) =>
    eachWrite(history, (_, after) => {
      const count = after.hosts.filter(isInTransition).length;
      return count > limitOf(after) ? `${count} hosts are in transition, ${limitOf(after)} may be` : undefined;
    }),

  limitOnHosts: (history) => {
    const restarting = new Set<string>();
    return eachHappening(history, (happening, record) => {
      if (happening.what === 'restart ends' || happening.what === 'restart is killed')
        restarting.delete(happening.host);
      if (happening.what !== 'restart begins') return undefined;
      if (restarting.has(happening.host)) return `${happening.host} is restarted twice at the same time`;
      restarting.add(happening.host);
      const limit = record === undefined ? 0 : limitOf(record);
      return restarting.size > limit
        ? `${[...restarting].join(', ')} restart at the same time, ${limit} may`
        : undefined;
    });
  },

  onlyAsked: (history) =>
    eachHappening(history, (happening, record) => {
      if (happening.what !== 'restart begins') return undefined;
      const { host, attempt, isCut } = happening;
      if (isCut) return `${host} begins while it is cut off`;
      const progress = record?.hosts.find((one) => one.host === host);
      if (progress?.attempt === attempt && progress.state !== 'asked' && isInTransition(progress)) return undefined;
      return `${host} begins attempt ${attempt}, and its record is ${JSON.stringify(progress)}`;
    }),

  nothingAgain: (history) =>
    eachWrite(history, (before, after) => {
      if (before?.id !== after.id) return undefined;
      const again = before.hosts.find(({ state }, index) => state === 'done' && after.hosts[index]?.state !== 'done');
      return again === undefined ? undefined : `${again.host} was done, and has another turn`;
    }),

  soakFirst: (history) => {
    let canaryDone = Infinity;
    return eachWrite(history, (before, after, at) => {
      if (!canaryOf(after).every(({ state }) => state === 'done')) canaryDone = Infinity;
      else if (before?.id !== after.id || !canaryOf(before).every(({ state }) => state === 'done')) canaryDone = at;
      const begins = isPastSoak(after) && before?.id === after.id && !isPastSoak(before);
      if (!begins || at - canaryDone >= after.plan.soak) return undefined;
      return `the others begin ${at - canaryDone} ms after the canary, and it soaks for ${after.plan.soak} ms`;
    });
  },

  fewFailures: (history) =>
    eachWrite(history, (before, after) => {
      const { phase, hosts, plan } = after;
      const failures = hosts.filter(({ state }) => state === 'failed').length;
      if (phase === 'done' && hosts.some((host) => !isFinal(host))) return 'it is done before all hosts are';
      if (phase === 'done' && failures > plan.maxFailures) return `it is done with ${failures} failures`;
      const asks =
        before?.id === after.id && hosts.some(({ attempt }, index) => attempt > (before.hosts[index]?.attempt ?? 0));
      return asks && failures > plan.maxFailures ? `it asks another host after ${failures} failures` : undefined;
    }),

  halts: (history) =>
    eachWrite(history, (before, after) => {
      if (after.phase === 'running' || before?.id !== after.id) return undefined;
      const asked = after.hosts.find(({ state }) => state === 'asked');
      return asked === undefined ? undefined : `${asked.host} is asked while it is ${after.phase}`;
    }),

  ends: ({ record, happened }) => {
    if (record !== undefined && !isSettled(record)) return `it never ends: ${reportOf(record).join(' ')}`;
    const answered = new Set(happened.flatMap((one) => (one.what === 'answered' ? one.command : [])));
    const silent = happened.find((one) => one.what === 'asked' && !answered.has(one.command));
    return silent === undefined ? undefined : `nobody answers ${JSON.stringify(silent)}`;
  },

  reports: ({ happened }) => {
    for (const one of happened) {
      if (one.what !== 'answered' || one.how !== 'complete') continue;
      if (one.last === undefined || !isSettled(one.last)) return `command ${one.command} ends without a report`;
    }
    return undefined;
  },

  errorsAreClear: ({ happened }) => {
    const unclear = happened.find(
      (one) => one.what === 'answered' && one.how !== 'complete' && !one.how.startsWith('RollError: '),
    );
    return unclear === undefined ? undefined : JSON.stringify(unclear);
  },

  nothingLeft: ({ left }) => (left === 0 ? undefined : `${left} timers are left`),
};

/** The first invariant that does not hold. */
export const violation: Invariant = (history) => {
  for (const [name, invariant] of Object.entries(invariants)) {
    const wrong = invariant(history);
    if (wrong !== undefined) return `${name}: ${wrong}`;
  }
  return undefined;
};

const limitOf = (record: RollRecord): number =>
  canaryOf(record).every(isFinal) &&
  othersOf(record).length > 0 &&
  (isPastSoak(record) || !canaryOf(record).some(isInTransition))
    ? record.plan.batch
    : record.plan.canary;

/** Each happening with the record of that moment. */
const eachHappening = (
  { happened }: FleetHistory,
  check: (happening: Happening, record: RollRecord | undefined) => string | undefined,
): string | undefined => {
  let record: RollRecord | undefined;
  for (const happening of happened) {
    if (happening.what === 'written') ({ record } = happening);
    const wrong = check(happening, record);
    if (wrong !== undefined) return `${wrong} (at ${happening.at})`;
  }
  return undefined;
};

const eachWrite = (
  history: FleetHistory,
  check: (before: RollRecord | undefined, after: RollRecord, at: number) => string | undefined,
): string | undefined => {
  let before: RollRecord | undefined;
  return eachHappening(history, (happening) => {
    if (happening.what !== 'written') return undefined;
    const wrong = check(before, happening.record, happening.at);
    before = happening.record;
    return wrong;
  });
};
