export type { ClusterAddress, Recipient, RestartAddress, SlotAddress } from './registry/addressing.js';
export type { ClusterAttachment } from './api/attachments.js';
export type { SlotTraffic } from './features/contract/attachment.js';
export { autoscale } from './api/autoscale.js';
export type { AutoscaleEmergency, AutoscaleOptions } from './operators/scaling/autoscaleOptions.js';
export type { WorkerSample } from './operators/scaling/knownWorkers.js';
export { cluster, type MessageListener } from './api/compat2012.js';
export { forceShutdown, reopenLogs, restart, restart$, scale, send, shutdown, shutdown$ } from './api/commands.js';
export type {
  RequestSubject,
  RestartFunction,
  RestartRequest,
  ShutdownFunction,
  ShutdownRequest,
} from './api/commands.js';
export { pause, resume } from './features/pause/api/pause.js';
export type { Paused, PauseResult, Resumed, ResumeResult } from './features/pause/commands.js';
export { grantLeadership, type GrantedTerm, withdrawLeadership } from './features/leader/api/grantLeadership.js';
export type { GrantResult } from './features/leader/commands.js';
export type { Config, DrainOptions, EnvironmentVariables, Respawn, ValueOrFunction } from './config/options.js';
export type { CatchableSignal } from './vocabulary/signals.js';
export type { SizeDecision } from './vocabulary/sizeDecision.js';
export type { Backoff } from './operators/respawn/backoffDelay.js';
export type { Ready } from './operators/lifecycle/ready.js';
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
} from './vocabulary/errors.js';
export type { ClusterEvent } from './features/index.js';
export type { ControlServer } from './features/control/options.js';
export type { ServiceNotifications } from './features/systemd/settings.js';
export type { MetricsServer, Probes } from './features/metrics/options.js';
export type { MetricsSettings, MetricsTold } from './features/metrics/index.js';
export { applicationMetrics$ } from './features/promClient/hot/applicationMetrics.js';
export type { ApplicationMetric, ApplicationMetrics, ApplicationValue } from './features/promClient/metrics.js';
export type { WebPage } from './features/webPage/options.js';
export type { WebSettings, WebTold } from './features/webPage/index.js';
export type { Recycle } from './features/recycle/options.js';
export { decodeEvent, eventFormat } from './features/decodeEvent.js';
export type { ErrorData } from './vocabulary/errorData.js';
export type {
  Address,
  Exit,
  ForkReason,
  EventDescription,
  EventLevel,
  EventOf,
  ProcessDraft,
  RestartCause,
  RestartDone,
  RestartFailed,
  RestartResult,
  SignalAction,
  WorkerDraft,
  ClusterCommand,
  WorkerRef,
} from './vocabulary/events.js';
export { recentLogs } from './api/recentLogs.js';
export { describeEvent } from './log/describeEvent.js';
export type { LogRotation } from './log/rotation.js';
export type { SchedulingPolicy } from './host/schedulingPolicy.js';
export type { LogFile, LogSetting } from './log/logSetting.js';
export { checkConfig, type CheckOptions } from './api/checkConfig.js';
export { cluster$, isWorker, signal$ } from './api/cluster.js';
export { reportError } from './api/reportError.js';
export { observe, type ObservedValue } from './api/messages/observe.js';
export { request, type RequestReply } from './api/messages/request.js';
export { cmd, route } from './api/messages/route.js';
export { atLeast, type LogLevel } from './operators/logs/atLeast.js';
export type { CommandMessage } from './operators/messages/cmd.js';
export type { Schema } from './operators/messages/parseWith.js';
export type { Message } from './operators/messages/message.js';
export { is } from './api/is.js';
export { cron$, type CronOptions } from './operators/general/cron.js';
export type { SlotRef } from './host/host.js';
export { quantile } from './operators/stats/quantile.js';
export { statsBetween, type StatsRates } from './operators/stats/statsBetween.js';
export { latencyBounds, type Latency, type ProcessUsage, type WorkerReport } from './vocabulary/stats.js';
export { writtenBy } from './operators/logs/writtenBy.js';
export { writtenWithin } from './operators/logs/writtenWithin.js';
export type { LogRecord } from './vocabulary/logRecord.js';
export { events$ } from './streams/hot/events.js';
export { logs$ } from './streams/hot/logs.js';
export { messages$ } from './streams/hot/messages.js';
export { type HandledSignal, signals$ } from './streams/hot/signals.js';
export { type SupervisedClusters, type RestartIntensity, oneForAll, restForOne } from './api/supervisors.js';
export { stats$ } from './features/workerStats/hot/stats.js';
export type { StatsEvent } from './features/workerStats/events.js';
export { type Slot, type SlotWorker, workers$ } from './streams/hot/workers.js';
