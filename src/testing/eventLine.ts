import type { ClusterEvent } from '../features/index.js';
import { describeEvent } from '../log/describeEvent.js';

/** An event as its time and its sentence in the log. */
export const eventLine = (event: ClusterEvent): string =>
  `${String(event.time).padStart(8)} ms  ${describeEvent(event)?.[1] ?? event.type}`;
