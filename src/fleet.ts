export { type Lease, lease$, type LeaseOptions, type LeaseTerm, leaseTerms$ } from './fleet/lease/lease.js';
export type { HostProgress, RollPhase, RollPlan, RollRecord } from './fleet/records/roll.js';
export type { MemberRecord, ServiceRecord, SlotRecord } from './fleet/records/member.js';
export { StoreConflictError, StoreRefusedError, StoreUnreachableError } from './fleet/store/errors.js';
export { type NatsStore, natsStore } from './fleet/store/natsStore.js';
export type { StoreOptions, TlsFiles } from './fleet/store/natsOptions.js';
export { subjectPart } from './fleet/store/natsNames.js';
export type { Bucket, Entry, FleetStore, Published, Removed } from './fleet/store/store.js';
