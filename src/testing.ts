export { departure } from './testing/departure.js';
export { type Diagram, type Input, play, read } from './testing/diagram.js';
export { rehearse } from './testing/rehearse.js';
export { type Behaviour, type SimulatedHost, simulatedHost, type Simulation } from './testing/simulatedHost.js';
export type { Host, Process, ProcessEvent, SlotRef } from './host/host.js';
export type { Config } from './config/options.js';
export type { ErrorData } from './vocabulary/errorData.js';
export type { ClusterEvent } from './features/index.js';
export type { Address, ClusterCommand, WorkerRef } from './vocabulary/events.js';
