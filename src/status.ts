export type {
  ClusterPhase,
  ClusterStatus,
  DecisionStatus,
  LastExit,
  LastRoll,
  MasterStatus,
  RollStatus,
  SlotPhase,
  SlotStatus,
  WorkerPhase,
  WorkerStatus,
} from './status/clusterStatus.js';
export { foldEvent, foldStatus } from './status/foldStatus.js';
