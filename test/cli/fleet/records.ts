import type { HostProgress, MemberRecord, RollRecord, ServiceRecord } from '../../../src/fleet.js';

export const service = (changes: Partial<ServiceRecord> = {}): ServiceRecord => ({
  release: '1.4.1',
  phase: 'running',
  size: 2,
  available: 2,
  crashes: 0,
  p99: 12.4,
  slots: [
    { slot: 1, generation: 3, phase: 'running' },
    { slot: 2, generation: 3, phase: 'running' },
  ],
  ...changes,
});

export const member = (host: string, changes: Partial<MemberRecord> = {}): MemberRecord => ({
  format: 1,
  host,
  instance: `${host}-1`,
  pid: 4_711,
  version: '2.0.0',
  since: 0,
  services: { shop: service() },
  ...changes,
});

export const roll = (hosts: readonly HostProgress[], changes: Partial<RollRecord> = {}): RollRecord => ({
  format: 1,
  id: 'r1',
  service: 'shop',
  by: 'ada@laptop',
  plan: { canary: 1, batch: 2, soak: 60_000, hostTimeout: 180_000, maxFailures: 0, maxCrashes: 0 },
  phase: 'running',
  hosts,
  ...changes,
});
