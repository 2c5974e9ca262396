// Bundles dist: one file per entry point, what they share in chunks beside them, and the preload as one CommonJS file.
// tsc writes the declarations. Every file of dist is in one folder, so that a path relative to one of them is right in all.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { hashOfInputs, isBuilt, markBuilt } from './buildInputs.js';
import { buildPage } from './buildPage.js';
import { writeLicenses } from './writeLicenses.js';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const inputs = hashOfInputs(root);
if (isBuilt(root, inputs) && !process.argv.includes('--force')) process.exit();

const own = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
const isExternal = (id) => id.startsWith('node:') || own.some((name) => id === name || id.startsWith(`${name}/`));

const open = (input, options) =>
  rolldown({
    cwd: root,
    input,
    external: isExternal,
    platform: 'node',
    treeshake: { moduleSideEffects: false },
    // What is loaded on top is an entry point too, so it is a file of its own all the same.
    checks: { ineffectiveDynamicImport: false },
    ...options,
  });

/** Entry points of src are files of dist, which are loaded when they are needed. */
const entryPointsApart = {
  name: 'entry-points-apart',
  resolveId: (source, importer) => {
    const file = importer && relative(`${root}src`, join(dirname(importer), source));
    return file && /^\w+\.js$/.test(file) ? { id: `./${file}`, external: true } : undefined;
  },
};

/** The modules whose code is in dist. */
const bundledModules = new Set();
const addModules = (chunks) => {
  for (const id of chunks.flatMap(({ moduleIds = [] }) => moduleIds)) bundledModules.add(id);
};

const bundle = async (input, output, options) => {
  const bundled = await open(input, options);
  // The declarations have the doc comments.
  const { output: chunks } = await bundled.write({ dir: 'dist', sourcemap: true, comments: false, ...output });
  await bundled.close();
  addModules(chunks);
};

/** The modules that are loaded with an entry point, without those that it imports when it needs them. */
const modulesOf = async (input) => {
  const bundled = await open(input);
  const { output } = await bundled.generate({ format: 'esm' });
  await bundled.close();
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set();
  const load = (name) => {
    const chunk = chunks.get(name);
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const imported of chunk.imports) load(imported);
  };
  load(output[0].fileName);
  return new Set([...loaded].flatMap(({ moduleIds }) => moduleIds));
};

/**
 * What makes a module quicker to load, without a change of its lines: RxJS is required, because Node reads each of its 223 files for the names they export when it is imported,
 * and the text is ASCII, because V8 reads that as one byte for each character. `import` and `require` give the same copy of RxJS.
 */
const quickToLoad = (code) =>
  code
    .replace(/^import \{([^}]*)\} from "rxjs";$/m, (_, names) => {
      const required = names.replaceAll(' as ', ': ');
      return `import { createRequire as requireFrom } from "node:module"; const {${required}} = requireFrom(import.meta.url)("rxjs");`;
    })
    .replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
const ofWorker = await modulesOf('src/worker.ts');
const ofMaster = await modulesOf('src/index.ts');
await bundle(
  {
    index: 'src/index.ts',
    worker: 'src/worker.ts',
    otel: 'src/otel.ts',
    policy: 'src/policy.ts',
    testing: 'src/testing.ts',
    drawing: 'src/drawing.ts',
    marbles: 'src/marbles.ts',
    record: 'src/record.ts',
    reproduce: 'src/reproduce.ts',
    development: 'src/development.ts',
    control: 'src/control.ts',
    services: 'src/services.ts',
    systemd: 'src/systemd.ts',
    metrics: 'src/metrics.ts',
    web: 'src/web.ts',
    client: 'src/client.ts',
    terminal: 'src/terminal.ts',
    fleet: 'src/fleet.ts',
  },
  {
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    // Three chunks, because each file costs an import some time: one that workers load too, one that every master loads, and one that only the other entry points share.
    codeSplitting: {
      groups: [
        { name: 'shared-worker', test: (id) => ofWorker.has(id), minShareCount: 2, priority: 3 },
        { name: 'shared-master', test: (id) => ofMaster.has(id), minShareCount: 2, priority: 2 },
        { name: 'shared-top', minShareCount: 2, priority: 1 },
      ],
    },
  },
);
// One file, because each further one costs the command some time. What it loads of the other entry points it loads by their names.
await bundle(
  { cli: 'src/cli.ts' },
  { format: 'esm', entryFileNames: '[name].js', codeSplitting: false },
  { plugins: [entryPointsApart] },
);
for (const name of readdirSync(`${root}dist`).filter((file) => file.endsWith('.js'))) {
  const file = join(root, 'dist', name);
  writeFileSync(file, quickToLoad(readFileSync(file, 'utf8')));
}
const { letters } = await import('../dist/drawing.js');
addModules(await buildPage(root, letters));
await bundle({ preload: 'src/preload.ts' }, { format: 'cjs', entryFileNames: '[name].cjs' });
writeLicenses(root, bundledModules);

const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) markBuilt(root, inputs);
process.exitCode = status ?? 1;
