// The simulation with an invariant that does not hold: no cluster may ever fork a third time.
import { runChunk as run } from '../../.simulation/test/simulation/chunk.js';

const twoForks = ({ forked }) => (forked.length > 2 ? `twoForks: ${forked.length} forks` : undefined);

export const runChunk = (chunk) => run(chunk, twoForks);
