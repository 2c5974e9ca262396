// Removes a feature from a copy of the repository, and runs the type check and the tests there: both must be green.
// Usage: node scripts/without-feature.js <feature> [vitest arguments …]; node scripts/without-feature.js leader --project tests
// The documentation, the list of mutations, the simulated days and the round trip of reproduced runs are those of all features, so their tests are not run.
// Parts on top name events of features as other users do. Where they do, the type check says so, and they have to change with the feature.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [feature, ...only] = process.argv.slice(2);
if (feature === undefined || !existsSync(join(root, 'src/features', feature, 'index.ts'))) {
  throw new Error(`feature: expected the name of a folder of src/features, got ${feature}`);
}

/** Everything that belongs to the feature. */
const folders = [
  `src/features/${feature}/`,
  `test/features/${feature}/`,
  `src/fleet/${feature}/`,
  `test/fleet/${feature}/`,
  `src/reproduce/${feature}/`,
  `test/reproduce/${feature}/`,
  `examples/${feature}/`,
  `marbles/${feature}.txt`,
  `marbles/${feature}-`,
];
const isGone = (file) =>
  folders.some((folder) => file.startsWith(folder)) ||
  /^test\/(?:docs\/.*|scripts\/mutate|simulation\/day|reproduce\/roundTrip)\.test\.ts$/.test(file);
/** The only other files that may name it: the lists of features, and the entry points with its public exports. */
const lists = [
  'src/features/index.ts',
  'src/features/preload.ts',
  'src/features/simulated.ts',
  'src/fleet.ts',
  'src/fleet/api/parts.ts',
  'src/reproduce/featureEndings.ts',
  'src/index.ts',
  'src/testing.ts',
  'src/worker.ts',
  'test/simulation/features.ts',
];

const copy = mkdtempSync(join(tmpdir(), 'proteus-without-'));
// Some tests run masters as another user, which must be able to read the files.
chmodSync(copy, 0o755);

const removeFrom = (list) => {
  const text = readFileSync(join(root, list), 'utf8');
  const without = text
    .replaceAll(new RegExp(`^(?:import|export) [^;]*'[^']*/${feature}/[^']*';\n`, 'gm'), '')
    .replace(/^((?:export )?const \w+(?:: [^=]*)? = \[)([^\]]*)(\])/m, (_, before, names, after) => {
      const others = names.split(/,\s*/).filter((name) => name !== '' && name.trim() !== feature);
      return `${before}${others.join(', ')}${after}`;
    });
  writeFileSync(join(copy, list), without);
};

const run = (...args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: copy, stdio: 'inherit' });
  console.log(`${status === 0 ? 'green' : 'RED'}: ${args.join(' ').replaceAll('node_modules/', '')}`);
  return status === 0;
};

try {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  const kept = stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)) && !isGone(file));
  for (const file of kept) cpSync(join(root, file), join(copy, file));
  for (const list of lists) removeFrom(list);
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const checked = run('node_modules/typescript/bin/tsc', '--noEmit');
  const built = run('scripts/build.js');
  const tested = built && run('node_modules/vitest/vitest.mjs', 'run', ...only);
  process.exitCode = checked && built && tested ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
