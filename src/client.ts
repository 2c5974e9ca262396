export type {
  ClusterSelection,
  Dropped,
  EventLine,
  EventQuery,
  Gap,
  LogQuery,
  MasterReport,
  Ping,
  ShutdownResult,
  SlotSelection,
} from './client/answers.js';
export { connect, type ConnectOptions, masters, type RemoteMaster } from './client/connect.js';
export { ControlError } from './client/controlError.js';
export type { Master } from './client/master.js';
export type { Progress } from './client/progress.js';
export { type FoundMaster, SelectionError } from './client/selectionError.js';
export { type UnreadFolder, unreadFolders } from './client/sockets.js';
