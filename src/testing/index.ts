export { type Diagram, type Input, play, read } from './diagram.js';
export { rehearse } from './rehearse.js';
export { type Behaviour, type SimulatedHost, simulatedHost, type Simulation } from './simulatedHost.js';
