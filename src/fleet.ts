export { requestAll, type RequestAllOptions } from './fleet/messages/requestAll.js';
export { publish, topic$ } from './fleet/messages/topics.js';
export type { HostAnswer, WorkerAnswer } from './fleet/messages/askMessage.js';
export { checkFleetOptions, fleet, type FleetOptions } from './fleet/api/fleet.js';
export type { ConnectionEvent, FleetEvent } from './fleet/api/fleetEvent.js';
export { type Lease, lease$, type LeaseOptions } from './fleet/lease/lease.js';
export { stepsOf } from './fleet/roll/commands.js';
export type { HealthGate } from './fleet/roll/driveRoll.js';
export { RollError } from './fleet/roll/errors.js';
export {
  abortFleetRestart,
  type FleetRestart,
  fleetRestart,
  planFleetRestart,
  resumeFleetRestart,
} from './fleet/roll/fleetRestart.js';
export type { HostOutcome, Turn } from './fleet/roll/hostStep.js';
export { type RollOptions, rollPlan } from './fleet/roll/plan.js';
export { reportOf } from './fleet/roll/report.js';
export type { RollEvent } from './fleet/roll/rollEvents.js';
export { type RollEntry, rolls$ } from './fleet/roll/rolls.js';
export type { AnnounceEvent } from './fleet/membership/announce.js';
export type { MembershipEvent } from './fleet/membership/events.js';
export { members$ } from './fleet/membership/members.js';
export type { KnownMembers, Members } from './fleet/membership/foldMembers.js';
export type { HostProgress, RollPhase, RollPlan, RollRecord } from './fleet/records/roll.js';
export type { MemberRecord, ServiceRecord, SlotRecord } from './fleet/records/member.js';
export type { FleetState, HostState, RestartState, TimeSpan } from './fleet/state/fleetState.js';
export type { ShownFleet } from './fleet/state/joinedFleet.js';
export { watchFleet } from './fleet/state/watchFleet.js';
export { StoreConflictError, StoreRefusedError, StoreUnreachableError } from './fleet/store/errors.js';
export { type NatsStore, natsStore } from './fleet/store/natsStore.js';
export type { StoreOptions, StoreUse, TlsFiles } from './fleet/store/natsOptions.js';
export type { Bucket, Entry, FleetStore, Published, Removed } from './fleet/store/store.js';
export { inOrderOfTime } from './fleet/view/inOrderOfTime.js';
export { viewLines } from './fleet/view/viewLines.js';
export type { ViewedLine, ViewedLines, ViewRequest } from './fleet/view/viewRequest.js';
