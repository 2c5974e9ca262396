import { isDeepStrictEqual } from 'node:util';
import {
  defer,
  distinctUntilChanged,
  finalize,
  interval,
  map,
  merge,
  type Observable,
  startWith,
  Subscription,
  timer,
} from 'rxjs';
import { lease$ } from '../../../src/fleet/lease/lease.js';
import { announce } from '../../../src/fleet/membership/announce.js';
import { members$ } from '../../../src/fleet/membership/members.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { driveRolls } from '../../../src/fleet/roll/driveRolls.js';
import { abortFleetRestart, fleetRestart, resumeFleetRestart } from '../../../src/fleet/roll/fleetRestart.js';
import { type AgentEvent, hostAgent } from '../../../src/fleet/roll/hostAgent.js';
import type { HostOutcome } from '../../../src/fleet/roll/hostStep.js';
import { isSettled } from '../../../src/fleet/roll/hosts.js';
import { rolls$ } from '../../../src/fleet/roll/rolls.js';
import { virtualTime } from '../../../src/testing/virtualTime.js';
import { simulatedStore } from '../simulatedStore.js';
import type { Command, Fault, Schedule, Turn } from './schedule.js';

/** The service that is restarted. */
const service = 'shop';

const leaseTtl = 10_000;

/** How long it takes at most from the last fault and command until all is settled: all hosts one after the other, each late, and what is not restarted by then is stuck. */
const afterwards = (schedule: Schedule): number =>
  60_000 + schedule.plan.soak + 2 * schedule.hosts * (schedule.plan.hostTimeout + 15_000);

/** Something that happened, in the order in which it happened. */
export type Happening = { readonly at: number } & (
  | { readonly what: 'written'; readonly by: string; readonly record: RollRecord }
  | { readonly what: 'restart begins'; readonly host: string; readonly attempt: number; readonly isCut: boolean }
  | { readonly what: 'restart ends' | 'restart is killed'; readonly host: string }
  | { readonly what: 'fault' | 'repaired'; readonly fault: Fault['fault']; readonly host: string }
  | { readonly what: 'asked'; readonly act: Command['act']; readonly command: number }
  | {
      readonly what: 'answered';
      readonly command: number;
      readonly how: string;
      readonly last?: RollRecord | undefined;
    }
);

export interface FleetHistory {
  readonly schedule: Schedule;
  readonly happened: readonly Happening[];
  /** The record at the end. */
  readonly record: RollRecord | undefined;
  /** The timers that are left when all hosts have ended. */
  readonly left: number;
  /** Who has driven. */
  readonly drivers: ReadonlySet<string>;
}

/** Runs a schedule until nothing more can happen. */
export const run = (schedule: Schedule): FleetHistory => {
  const time = virtualTime();
  const happened: Happening[] = [];
  const drivers = new Set<string>();
  let record: RollRecord | undefined;
  let left = 0;
  const tell = (happening: Happening): void => void happened.push(happening);

  time.run(() => {
    const random = randomNumbers(schedule.random);
    const system = simulatedStore({
      latency: () => Math.floor(random() * (schedule.latency + 1)),
      holds: () => schedule.holds,
      ttl: { leases: leaseTtl },
    });
    const { now } = time;
    const cut = new Map<string, number>();
    const own = new Subscription();
    const later = (wait: number, work: () => void): void => own.add(time.schedule(work, wait));

    own.add(
      system.writes$.subscribe(({ bucket, host, value }) => {
        if (bucket !== 'rolls') return;
        // Written by this simulation.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        record = value as RollRecord;
        tell({ at: now(), what: 'written', by: host, record });
      }),
    );

    let turns = 0;
    const newHost = (name: string) => {
      let life = 0;
      let process: Subscription | undefined;
      let release = 'v1';
      let crashes = 0;
      /** One restart at a time is what the invariants are about, so the agent must see to it. */
      const restart = (attempt: number, { takes, ends, crashes: after }: Turn): Observable<HostOutcome> =>
        defer(() => {
          tell({ at: now(), what: 'restart begins', host: name, attempt, isCut: (cut.get(name) ?? 0) > 0 });
          let hasEnded = false;
          const outcome$ = timer(takes).pipe(
            map((): HostOutcome => {
              hasEnded = true;
              tell({ at: now(), what: 'restart ends', host: name });
              if (ends === 'failed') return { state: 'failed', why: 'not ready' };
              release = 'v2';
              if (after !== undefined) process?.add(timer(after).subscribe(() => (crashes += 1)));
              return { state: 'done', to: release, crashes };
            }),
            finalize(() => {
              if (!hasEnded) tell({ at: now(), what: 'restart is killed', host: name });
            }),
          );
          return outcome$;
        });
      const begin = (): void => {
        life += 1;
        crashes = 0;
        const instance = `${name}#${life}`;
        const store = system.host(name);
        const member = (): MemberRecord => ({
          format: 1,
          host: name,
          instance,
          pid: life,
          version: '2.0.0',
          since: 0,
          services: { [service]: { release, phase: 'running', size: 2, available: 2, crashes, slots: [] } },
        });
        const announced$ = interval(500).pipe(
          startWith(0),
          map(member),
          distinctUntilChanged((one, other) => isDeepStrictEqual(one, other)),
          announce(store),
        );
        let attempt = 0;
        const agent$: Observable<AgentEvent> = rolls$(store).pipe(
          map((entry) => {
            attempt = entry.record?.hosts.find(({ host }) => host === name)?.attempt ?? 0;
            return entry;
          }),
          hostAgent({
            store,
            host: name,
            restart: () => restart(attempt, schedule.turns[turns++] ?? schedule.others),
            release: () => release,
          }),
        );
        const driver$ = rolls$(store).pipe(
          driveRolls({
            store,
            members$: members$(store),
            lease: (key) =>
              lease$(store, key, instance, leaseTtl, { now }).pipe(
                map((lease) => {
                  if (lease !== undefined) drivers.add(instance);
                  return lease;
                }),
              ),
          }),
        );
        process = merge(announced$, agent$, driver$).subscribe();
      };
      const end = (): void => {
        system.kill(name);
        process?.unsubscribe();
        process = undefined;
      };
      return { begin, end, isAlive: () => process !== undefined };
    };

    const names = Array.from({ length: schedule.hosts }, (_, index) => nameOf(index));
    const hosts = new Map(names.map((name) => [name, newHost(name)] as const));
    for (const host of hosts.values()) host.begin();

    const terminal = system.host('terminal');
    let commands = 0;
    let answered = 0;
    const perform = (act: Command['act']): void => {
      const command = ++commands;
      tell({ at: now(), what: 'asked', act, command });
      const { plan } = schedule;
      const start = { id: `roll ${command}`, service, by: 'test', plan: { ...plan, maxCrashes: 0 } };
      const answer$ =
        act === 'start'
          ? fleetRestart(terminal, members$(terminal), start)
          : act === 'resume'
            ? resumeFleetRestart(terminal, service)
            : abortFleetRestart(terminal, service, 'asked to');
      let last: RollRecord | undefined;
      const answer = (how: string): void => {
        answered += 1;
        tell({ at: now(), what: 'answered', command, how, last });
      };
      own.add(
        answer$.subscribe({
          next: (value) => (last = value),
          complete: () => answer('complete'),
          error: (error: Error) => answer(`${error.name}: ${error.message}`),
        }),
      );
    };

    let stops = 0;
    const inject = ({ fault, host: index, lasts }: Fault): void => {
      const name = nameOf(index);
      const host = hosts.get(name);
      if (fault === 'kill' && host?.isAlive() !== true) return;
      tell({ at: now(), what: 'fault', fault, host: name });
      const repaired = (): void => tell({ at: now(), what: 'repaired', fault, host: name });
      if (fault === 'lose lease') system.lose('leases');
      if (fault === 'cut') {
        cut.set(name, (cut.get(name) ?? 0) + 1);
        system.cut(name);
        later(lasts, () => {
          cut.set(name, (cut.get(name) ?? 0) - 1);
          if (cut.get(name) === 0) system.heal(name);
          repaired();
        });
      }
      if (fault === 'kill') {
        host?.end();
        later(lasts, () => {
          host?.begin();
          repaired();
        });
      }
      if (fault === 'stop') {
        stops += 1;
        system.stop();
        later(lasts, () => {
          stops -= 1;
          if (stops === 0) system.start();
          repaired();
        });
      }
    };

    // The members have been heard of.
    const begun = 10_000;
    later(begun, () => perform('start'));
    for (const { at, act } of schedule.commands) later(begun + at, () => perform(act));
    for (const fault of schedule.faults) later(begun + fault.at, () => inject(fault));
    const last = Math.max(
      0,
      ...schedule.commands.map(({ at }) => at),
      ...schedule.faults.map(({ at, lasts }) => at + lasts),
    );
    const finish = (): void => {
      for (const host of hosts.values()) host.end();
      own.unsubscribe();
      // What is on its way to the store arrives.
      time.schedule(() => {
        left = time.timers();
      }, 5_000);
    };
    const limit = begun + last + afterwards(schedule);
    const look = (): void => {
      const isOver = answered === commands && (record === undefined || isSettled(record));
      if (isOver || now() > limit) finish();
      else later(1_000, look);
    };
    later(begun + last + 1, look);
  });
  return { schedule, happened, record, left, drivers };
};

const nameOf = (index: number): string => `host-${String(index + 1).padStart(2, '0')}`;

/** The same sequence each time, from 0 to 1. */
const randomNumbers = (seed: number): (() => number) => {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};
