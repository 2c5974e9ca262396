export { type Lease, lease$, type LeaseOptions, type LeaseTerm, leaseTerms$ } from './fleet/lease/lease.js';
export type { HostProgress, RollPhase, RollPlan, RollRecord } from './fleet/records/roll.js';
export type { MemberRecord, ServiceRecord, SlotRecord } from './fleet/records/member.js';
export { StoreConflictError, StoreUnreachableError } from './fleet/store/errors.js';
export type { Bucket, Entry, FleetStore, Published, Removed } from './fleet/store/store.js';
