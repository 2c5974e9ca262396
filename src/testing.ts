export { checkDiagram, checkDiagramText } from './testing/diagrams/checkDiagram.js';
export { departure } from './testing/departure.js';
export type {
  Diagram,
  DiagramCluster,
  DiagramInput,
  DiagramSupervisor,
  ExpectedLines,
} from './testing/diagrams/diagram.js';
export { DiagramError, type Line } from './testing/diagrams/diagramError.js';
export { playDiagram, type PlayedDiagram } from './testing/diagrams/playDiagram.js';
export { readDiagram, type ReadOptions } from './testing/diagrams/readDiagram.js';
export { simulateDiagram } from './testing/diagrams/simulateDiagram.js';
export { EndlessSimulationError } from './testing/endlessSimulationError.js';
export { byFork, bySlot, type Lives } from './testing/lives.js';
export { type RandomLives, randomLives, type TimeRange } from './testing/randomLives.js';
export type { Input, InputName, Script } from './testing/script.js';
export { simulate } from './testing/simulate.js';
export type { Simulation } from './testing/simulation.js';
export { type CountedForks, expectAtMostForks } from './testing/expectations/expectAtMostForks.js';
export { expectAtMostProcesses } from './testing/expectations/expectAtMostProcesses.js';
export { ExpectationError } from './testing/expectations/expectationError.js';
export { expectEnding } from './testing/expectations/expectEnding.js';
export { expectNeverFewerReady, type Span } from './testing/expectations/expectNeverFewerReady.js';
export { expectRecoveredWithin } from './testing/expectations/expectRecoveredWithin.js';
export { type ExpectedRestart, expectRestart } from './testing/expectations/expectRestart.js';
export { type CheckedPolicy, checkPolicy, type PolicyCheck } from './testing/random/checkPolicy.js';
export { CounterexampleError } from './testing/random/counterexampleError.js';
export type { Fault } from './testing/random/fault.js';
export { rehearse } from './testing/rehearse.js';
export {
  type WorkerBehaviour,
  type SimulatedHost,
  simulatedHost,
  type SimulationOptions,
} from './testing/simulatedHost.js';
export type { ForkOptions, Host, KillSignal, Process, ProcessEvent, SlotRef } from './host/host.js';
export type { Config } from './config/options.js';
export type { ProcessSample, ProcessUsage, WorkerReport } from './vocabulary/stats.js';
export type { ErrorData } from './vocabulary/errorData.js';
export type { ClusterEvent } from './features/index.js';
export type { Address, ClusterCommand, Departure, ForkReason, RestartResult, WorkerRef } from './vocabulary/events.js';
export type { Decision, Mark, Picture, Row } from './drawing/picture.js';
export type { ClusterStatus, SlotStatus, WorkerStatus } from './status.js';
export type { CatchableSignal } from './vocabulary/signals.js';
