import { heartbeatMs } from '../../../src/fleet/membership/announce.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { started } from '../../../src/fleet/roll/commands.js';
import { beginning, reporting, turnFor } from '../../../src/fleet/roll/hostStep.js';
import { nextStep, waitsOf } from '../../../src/fleet/roll/nextStep.js';
import { rollPlan } from '../../../src/fleet/roll/plan.js';
import { entryLifetimeMs } from '../../../src/fleet/store/lifetimes.js';

/** What a fleet and a restart of it cost. Without faults, and without the time of messages. */
export interface Scale {
  readonly hosts: number;
  readonly batch: number;
  /** Writes of heartbeats and of the lease, in a second. */
  readonly idleWrites: number;
  /** What NATS delivers of these to all hosts, in a second. */
  readonly idleDeliveries: number;
  /** Of one restart. */
  readonly rollWrites: number;
  /** The record of the roll at its end, in bytes. */
  readonly recordBytes: number;
  /** All member records, in bytes. */
  readonly membersBytes: number;
  /** How long the restart takes, in s. */
  readonly seconds: number;
  /** What NATS sends of the record during the restart, in bytes per second. */
  readonly rollBytesPerSecond: number;
}

/** How long the restart of one host takes, in ms. */
const restartMs = 20_000;

/** Plays a restart with the decisions of the driver and of the hosts. */
export const scaleOf = (hosts: number, batch: number): Scale => {
  const names = Array.from({ length: hosts }, (_, index) => `host-${String(index + 1).padStart(4, '0')}`);
  const members = new Map(names.map((host) => [host, memberOf(host)] as const));
  const plan = rollPlan({ canary: 1, batch });
  const start = { id: '4f5e1c1e-5d0b-4f6b-9d0a-0f6f3b1c2d3e', service: 'shop', by: 'anna', plan };
  let record: RollRecord = started(undefined, start, names);
  let [rollWrites, now, sent] = [1, 0, bytes(record)];
  let soakFrom: number | undefined;
  const write = (next: RollRecord): void => {
    record = next;
    rollWrites += 1;
    sent += bytes(record);
  };
  const ends = new Map<string, number>();
  while (record.phase === 'running') {
    const isSoaking = waitsOf(record, { members, passed: new Set() }).has('soak');
    soakFrom = isSoaking ? (soakFrom ?? now) : undefined;
    const isPassed = soakFrom !== undefined && now - soakFrom >= plan.soak;
    const next = nextStep(record, { members, passed: new Set(isPassed ? ['soak'] : []) });
    if (next !== undefined) {
      write(next);
      for (const host of names) {
        const turn = turnFor(record, host);
        const begun = turn && beginning(record, turn, '1.4.2');
        if (begun === undefined) continue;
        write(begun);
        ends.set(host, now + restartMs);
      }
      continue;
    }
    now = isSoaking && soakFrom !== undefined ? soakFrom + plan.soak : Math.min(...ends.values());
    for (const [host, at] of ends) {
      if (at > now) continue;
      ends.delete(host);
      const done = reporting(record, { roll: record.id, host, attempt: 1 }, { state: 'done', to: '1.4.3', crashes: 0 });
      if (done !== undefined) write(done);
    }
  }
  const idleWrites = (hosts * 1_000) / heartbeatMs + 4_000 / entryLifetimeMs.leases;
  return {
    hosts,
    batch,
    idleWrites,
    idleDeliveries: idleWrites * hosts,
    rollWrites,
    recordBytes: bytes(record),
    membersBytes: hosts * bytes(memberOf('host-0001')),
    seconds: now / 1_000,
    rollBytesPerSecond: (sent * hosts) / (now / 1_000),
  };
};

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** A host with one service of eight workers. */
const memberOf = (host: string): MemberRecord => ({
  format: 1,
  host,
  instance: '4f5e1c1e-5d0b-4f6b-9d0a-0f6f3b1c2d3e',
  pid: 12_345,
  version: '2.0.0',
  since: 1_795_737_600_000,
  services: {
    shop: {
      release: '1.4.2',
      phase: 'running',
      size: 8,
      available: 8,
      crashes: 0,
      p99: 42.5,
      slots: Array.from({ length: 8 }, (_, index) => ({ slot: index + 1, generation: 3, phase: 'available' })),
    },
  },
});
