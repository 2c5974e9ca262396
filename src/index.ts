export type { To, ToSlot } from './addressed.js';
export type { Recipient } from './recipients.js';
export { cluster, type MessageListener } from './classic.js';
export { forceShutdown, restart, restart$, scale, send, shutdown, shutdown$ } from './commands.js';
export type { Requests, Restart, RestartAsked, Shutdown, ShutdownAsked } from './commands.js';
export type { Config, Draining, Lazily, Respawn } from './config.js';
export type { Backoff } from './operators/backoff.js';
export type { Ready } from './operators/ready.js';
export {
  AlreadyRunningError,
  ConfigError,
  ForkLimitError,
  LogError,
  MessageError,
  NotRunningError,
  PidFileError,
  RequestError,
  SupervisorError,
  WorkerExitError,
} from './errors.js';
export type {
  Address,
  Cause,
  ClusterEvent,
  Exit,
  ForkReason,
  Of,
  ProcessDraft,
  RestartCause,
  RestartResult,
  SignalAction,
  WorkerDraft,
  Wish,
  WorkerRef,
} from './events.js';
export { describe, type Level, type Line } from './log/describe.js';
export type { Rotate } from './log/rotation.js';
export type { LogFile, LogSetting } from './log/setting.js';
export { cluster$, isWorker, signal$ } from './master.js';
export { observe, type Observing } from './messaging/observe.js';
export { request, type Replied } from './messaging/request.js';
export { cmd, route } from './messaging/route.js';
export { atLeast, type LogLevel } from './operators/atLeast.js';
export type { Command } from './operators/cmd.js';
export type { Schema } from './operators/fit.js';
export type { Message } from './operators/message.js';
export { is } from './operators/is.js';
export { writtenBy } from './operators/writtenBy.js';
export { writtenWithin } from './operators/writtenWithin.js';
export type { LogRecord } from './records.js';
export { events$ } from './streams/events.js';
export { logs$ } from './streams/logs.js';
export { messages$ } from './streams/messages.js';
export { type Handled, signals$ } from './streams/signals.js';
export { type Children, type Intensity, oneForAll, restForOne } from './supervisors.js';
export { type Slot, type SlotWorker, workers$ } from './streams/workers.js';
