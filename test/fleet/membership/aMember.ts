import type { MemberRecord } from '../../../src/fleet/records/member.js';

export const aMember = (host: string, changes: Partial<MemberRecord> = {}): MemberRecord => ({
  format: 1,
  host,
  instance: `${host}1`,
  pid: 1,
  version: '2.0.0',
  since: 0,
  services: {},
  ...changes,
});
