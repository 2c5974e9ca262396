import { expect, test } from 'vitest';
import { runChunk } from './chunk.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const total = Number(process.env['FLEET_SCHEDULES'] ?? 200);

test(
  `no schedule of faults and commands breaks an invariant: ${total} with SEED=${seed}`,
  () => {
    const { tally, failure } = runChunk({ seed, schedules: total });
    if (failure !== undefined) throw new Error(failure);
    console.log(`SEED=${seed}: ${JSON.stringify(tally)}`);
    expect(tally.schedules).toBe(total);
    // A simulation in which nothing goes wrong proves nothing.
    for (const count of Object.values(tally)) expect(count).toBeGreaterThan(total / 20);
  },
  // How fast it is depends on what else runs; here it must only end.
  1_000 * total,
);
