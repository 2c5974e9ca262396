import { map, Subject } from 'rxjs';
import { notifications, type Notification } from '../../../src/systemd/notifications.js';
import { serviceState } from '../../../src/systemd/serviceState.js';
import type { ClusterEvent } from '../../../src/features/index.js';
import { at, walk } from '../crew.js';
import type { Invariant } from '../feature.js';

/** What a boot gets on top of its own limit, in ms. */
const margin = 10_000;
const byApplication: ReadonlySet<string> = new Set(['shutdown()', 'forceShutdown()', 'shutdown$']);

type Phase = 'starting' | 'READY' | 'RELOADING' | 'STOPPING';

/**
 * The service manager is told READY when the cluster has started, RELOADING and READY around each restart of all slots, and STOPPING once, for a shutdown by a signal or by the application.
 * While it starts, each boot gets its time. The sentence counts workers and slots as they are.
 */
export const systemd: Invariant = (history) => {
  const { policy } = history;
  const told: Notification[] = [];
  const event$ = new Subject<ClusterEvent>();
  const service$ = event$.pipe(
    serviceState(policy),
    map((state) => new Map([[policy.name, state]])),
  );
  // Its timers are not of interest here: it is unsubscribed in the same turn.
  const running = notifications(service$, { watchdog: undefined, monotonicUsec: () => '1' }).subscribe((notification) =>
    told.push(notification),
  );
  try {
    return check(history, event$, told);
  } finally {
    running.unsubscribe();
  }
};

const check = (history: Parameters<Invariant>[0], event$: Subject<ClusterEvent>, told: Notification[]) => {
  let phase: Phase = 'starting';
  let signalled = false;
  let status = told.at(-1)?.['STATUS'] ?? '';
  const left = new Set<number>();
  const roll = { number: 0, slots: 0, replaced: 0 };
  let size: number | undefined;
  let stopping = false;
  for (const [event, crew] of walk(history)) {
    told.length = 0;
    event$.next(event);
    const news: Notification = Object.assign({}, ...told);
    if (event.type === 'signal') signalled = event.action === 'shutdown' || event.action === 'force';
    const next = phaseAfter(phase, event, signalled);
    const entered = ['READY', 'RELOADING', 'STOPPING'].find((each) => each in news);
    const expected = next === phase ? undefined : next;
    if (entered !== expected)
      return `it is told ${entered ?? 'no phase'}, expected ${expected ?? 'none'}, ${at(event)}`;
    const patience =
      event.type === 'fork' ? 0 : event.type === 'backoff' && event.delay !== undefined ? event.delay : undefined;
    if (next === 'starting' && patience !== undefined) {
      const wanted = String((Math.min(history.policy.readyTimeout + patience, 600_000) + margin) * 1_000);
      if (news['EXTEND_TIMEOUT_USEC'] !== wanted)
        return `it is asked for ${news['EXTEND_TIMEOUT_USEC'] ?? 'no'} µs, expected ${wanted}, ${at(event)}`;
    }
    phase = next;
    status = news['STATUS'] ?? status;

    if ('worker' in event && event.worker !== undefined && leaves.has(event.type)) left.add(event.worker.id);
    if (event.type === 'started') size ??= event.workers;
    if (event.type === 'scale') size = event.to;
    if (event.type === 'restart-begin')
      Object.assign(roll, {
        number: event.slot === undefined ? event.roll : 0,
        slots: event.slots.length,
        replaced: 0,
      });
    if (event.type === 'replace-end' && event.roll === roll.number) roll.replaced += 1;
    if (event.type === 'restart-end' || event.type === 'restart-abort') roll.number = 0;
    if (event.type === 'shutdown') stopping = true;
    const ready = new Set(
      crew
        .present()
        .filter((life) => life.ready && !left.has(life.id))
        .map(({ slot }) => slot),
    ).size;
    const sentence = stopping
      ? `: ${workers(crew.present().length)} left`
      : size === undefined
        ? `starting: ${workers(ready)} ready`
        : roll.number > 0 && roll.slots > 0
          ? `restart ${roll.number}: ${roll.replaced} of ${workers(roll.slots)} replaced`
          : `${ready === size ? workers(size) : `${ready} of ${workers(size)}`} ready`;
    if (!status.includes(sentence)) return `it is told '${status}', expected '${sentence}', ${at(event)}`;
  }
  return undefined;
};

const leaves: ReadonlySet<string> = new Set(['retire', 'leaving', 'kill', 'disconnect', 'exit']);

const workers = (count: number): string => (count === 1 ? '1 worker' : `${count} workers`);

const phaseAfter = (phase: Phase, event: ClusterEvent, signalled: boolean): Phase => {
  if (phase === 'STOPPING') return phase;
  if (event.type === 'shutdown' && (signalled || byApplication.has(event.why))) return 'STOPPING';
  if (event.type === 'started') return 'READY';
  if (event.type === 'restart-begin' && event.slot === undefined && phase === 'READY') return 'RELOADING';
  if ((event.type === 'restart-end' || event.type === 'restart-abort') && phase === 'RELOADING') return 'READY';
  return phase;
};
