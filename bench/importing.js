import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { atMost, interleave, row } from './pairs.js';

const peers = "await Promise.all([import('rxjs'), import('pino')])";
const ours = "await import('proteus-cluster')";

const time = (imports) => `const begun = performance.now(); ${imports}; const took = performance.now() - begun;
  const { user, system } = process.cpuUsage(); console.log(took, (user + system) / 1_000);`;

/** A process that imports and ends. */
const imported = (imports) => async () => {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', time(imports)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = once(child.stdout, 'data');
  await once(child, 'close');
  const whole = performance.now() - begun;
  const [alone, cpu] = String(await told)
    .split(' ')
    .map(Number);
  return { whole, alone, cpu };
};

/** Importing the library, compared with importing rxjs and pino, its largest dependencies. */
export const measure = async (pairs) => {
  const samples = await interleave('importing', pairs, {
    minimal: imported(peers),
    proteus: imported(ours),
    again: imported(peers),
  });
  const how = { digits: 1, unit: ' ms', goal: atMost(1.05) };
  return [
    row('a process that imports it, against rxjs and pino', samples, ({ whole }) => whole, how),
    row('CPU time of a process that imports it, against rxjs and pino', samples, ({ cpu }) => cpu, how),
    row('the `import()` in it alone, against rxjs and pino', samples, ({ alone }) => alone, how),
  ];
};
