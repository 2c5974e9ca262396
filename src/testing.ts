export { type Diagram, type Input, play, read } from './testing/diagram.js';
export { rehearse } from './testing/rehearse.js';
export { type Behaviour, type SimulatedHost, simulatedHost, type Simulation } from './testing/simulatedHost.js';
