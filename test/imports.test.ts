import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const src = join(root, 'src/');

/** A feature is a folder; what all features are typed by is none. */
const featureNames = readdirSync(join(src, 'features'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'contract')
  .map(({ name }) => name);

/** The streams of features that users subscribe to: like `streams/hot` they know the clusters that run. */
const hotStreams = featureNames.map((name) => `features/${name}/hot`).filter((folder) => existsSync(join(src, folder)));

/** Folders on top of the public API: they import from other folders only what an entry point exports. */
const onTop = [
  'cli',
  'client',
  'control',
  'fleet',
  'marbles',
  'metrics',
  'otel',
  'record',
  'reproduce',
  'services',
  'status',
  'systemd',
  'terminal',
  'web',
];

/**
 * The folders of src from the bottom up. A file may import from its own folder and from those below, types included.
 * Folders in one row do not know each other.
 */
const layers: readonly (readonly string[])[] = [
  ['vocabulary', 'dependencies'],
  ['validation'],
  ['channel', 'operators/general', 'operators/events', 'operators/logs', 'operators/stats', 'operators/signals'],
  ['host', 'state', 'worker/preload', 'operators/supervision'],
  ['operators/lifecycle', 'operators/messages', 'operators/restart', 'operators/scaling'],
  ['operators/respawn'],
  ['features/contract'],
  featureNames.map((name) => `features/${name}`),
  ['features'],
  ['log'],
  ['config', 'drawing'],
  ['registry'],
  // What a feature adds to the public API of the master.
  featureNames.map((name) => `features/${name}/api`).filter((folder) => existsSync(join(src, folder))),
  ['streams'],
  ['streams/hot', 'worker/api', 'development'],
  hotStreams,
  ['api', 'testing'],
  onTop,
];

/** What the application imports, and what is loaded into each worker: files of src itself, which may import everything and which no file imports. */
const entries = [
  'cli',
  'client',
  'config',
  'control',
  'development',
  'drawing',
  'fleet',
  'index',
  'joined',
  'log',
  'marbles',
  'metrics',
  'otel',
  'policy',
  'preload',
  'record',
  'reproduce',
  'services',
  'status',
  'systemd',
  'terminal',
  'testing',
  'version',
  'web',
  'worker',
];

interface Arrow {
  readonly from: string;
  readonly to: string;
}

const nameOf = (path: string) => normalize(path).replace(/\.[jt]s$/, '');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const text = (file: string) => readFileSync(join(src, file), 'utf8');

const arrows: readonly Arrow[] = files.flatMap((file) =>
  Array.from(text(file).matchAll(/^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'/gms), ([, path = '']) => ({
    from: nameOf(file),
    to: nameOf(join(dirname(file), path)),
  })),
);

const folders = layers.flat();
/** The folder of a file: the longest one that is listed. */
const folderOf = (name: string): string =>
  folders.filter((folder) => name.startsWith(`${folder}/`)).toSorted((one, other) => other.length - one.length)[0] ??
  '';
const layerOf = (folder: string): number => layers.findIndex((layer) => layer.includes(folder));

test('the imports are read', () => {
  expect(arrows).toContainEqual({ from: 'api/cluster', to: 'host/nodeHost' });
  expect(arrows.length).toBeGreaterThan(300);
});

test('every file but the entry points is in a folder that is listed', () => {
  const names = files.map(nameOf);
  expect(names.filter((name) => !name.includes('/')).toSorted()).toEqual(entries);
  expect(names.filter((name) => name.includes('/') && folderOf(name) === '')).toEqual([]);
  expect(folders.filter((folder) => !names.some((name) => folderOf(name) === folder))).toEqual([]);
});

test('imports point downward only', () => {
  const upward = arrows.filter(({ from, to }) => {
    if (entries.includes(from)) return false;
    const [below, above] = [folderOf(to), folderOf(from)];
    if (onTop.includes(above) && entries.includes(to)) return false;
    // A simulation ends with the status that tools on top show.
    if (above === 'testing' && to === 'status') return false;
    return entries.includes(to) || (below !== above && layerOf(below) >= layerOf(above));
  });
  expect(upward).toEqual([]);
});

test('what is on top of the public API imports only entry points from other folders', () => {
  const inside = arrows.filter(
    ({ from, to }) => onTop.includes(folderOf(from)) && folderOf(from) !== folderOf(to) && !entries.includes(to),
  );
  expect(inside).toEqual([]);
});

/** What may name a feature outside its folder: the lists of features, and the public exports in an entry point. */
const featureLists = new Set([
  'src/features/index.ts',
  'src/features/preload.ts',
  'src/features/simulated.ts',
  // Names the folders on top.
  'test/imports.test.ts',
  'test/simulation/features.ts',
  // A day with all features together.
  'test/simulation/day.ts',
  'test/simulation/day.test.ts',
  // What can happen to a worker, in which state, features included.
  'test/simulation/counterexample.test.ts',
  'test/simulation/faultStates.ts',
  'test/simulation/faultStates.test.ts',
  'test/simulation/impossible.ts',
  // Situations of several features together.
  'test/simulation/directed.ts',
  // An invariant of scaling: a pause changes how many serve.
  'test/simulation/invariants.ts',
  // What the simulated host does with features, as real processes do it.
  'test/reality/features.test.ts',
  'test/reality/orders.ts',
  'test/reality/simulated.ts',
  // A service that shows in the live views what there is.
  'test/views/shop.ts',
]);
/** Names of features that other files need as words. */
const usualWords = new Set<string>([`control`, `health`, `metrics`, `pause`, `recycle`, `systemd`]);
const publicExport = /^export (?:type )?\{[^}]*\} from '\.\/(?:features|fleet)\/(?:\w+\/)+\w+\.js';$/gm;

test.for(featureNames)('outside its folders, only lists and public exports name the feature %s', (feature) => {
  const sources = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.m?[jt]s$/.test(file))
      .map((file) => join(folder, file)),
  );
  const naming = sources.filter((file) => {
    if (featureLists.has(file) || file.split('/').slice(1, 3).join('/') === `features/${feature}`) return false;
    // What is on top of the public API knows its events and functions.
    if (onTop.includes(file.split('/')[1] ?? '')) return false;
    const source = readFileSync(join(root, file), 'utf8');
    const isEntry = entries.includes(nameOf(file.slice('src/'.length)));
    const named = isEntry ? source.replaceAll(publicExport, '') : source;
    return (
      usualWords.has(feature) ? new RegExp(`'${feature}'|features/${feature}\\b`) : new RegExp(feature, 'i')
    ).test(named);
  });
  expect(naming).toEqual([]);
  expect(sources.length).toBeGreaterThan(300);
});

test('there are no cycles', () => {
  const seen = new Set<string>();
  const cycles: (readonly string[])[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file]);
    if (seen.has(file)) return;
    seen.add(file);
    for (const { to } of arrows.filter(({ from }) => from === file)) walk(to, [...path, file]);
  };
  for (const file of files) walk(nameOf(file), []);
  expect(cycles).toEqual([]);
});

test('streams, operators, state and features take time from RxJS alone and have no effects', () => {
  const pure = files.filter(
    (file) => /^(streams|operators|state|features)\//.test(file) && !/^features\/(\w+\/)?preload\.ts$/.test(file),
  );
  const impure =
    /\b(setTimeout|setInterval|setImmediate|queueMicrotask|Date\.now|new Date|performance\.now|new Promise|Promise\.\w+\(|async |await |Math\.random|process\.(env|argv|on|off|once|exit|cwd|nextTick|stdout|hrtime)\b)|from 'node:/;
  expect(pure.filter((file) => impure.test(text(file).replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, '')))).toEqual([]);
  expect(pure.length).toBeGreaterThan(60);
});

test('the time of day is read where it is reported and by schedules, and by no other decision', () => {
  const byTimeOfDay =
    /\b(asyncScheduler|timestamp|timeInterval|debounceTime|bufferTime|windowTime|Date\.now)\b|new Date\(\)/;
  const asking = files.filter((file) => byTimeOfDay.test(text(file).replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, '')));
  expect(asking.map(nameOf).toSorted()).toEqual([
    'cli/fleet/hostsText',
    'control/methods/status',
    'fleet/api/thisMaster',
    'log/parseRecord',
    'log/recentLines',
    'log/rotation',
    'log/splice',
    'operators/general/cron',
    'record/openRecording',
    'record/pace',
    'registry/runningClusters',
    'reproduce/runOnColumns',
    'reproduce/scriptOf',
    'state/eventHistory',
    'terminal/top',
    'testing/simulatedHost',
    'web/page/main',
  ]);
});

test('only proteus-cluster/development loads the file watcher', () => {
  expect(files.filter((file) => text(file).includes("from 'chokidar'")).map(nameOf)).toEqual(['host/watchFiles']);
  expect(arrows.filter(({ to }) => to === 'host/watchFiles').map(({ from }) => from)).toEqual(['development/changes']);
  expect(arrows.filter(({ to }) => to.startsWith('development/')).map(({ from }) => from)).toEqual(['development']);
});

/** What an entry point imports, types apart: files of src, and modules of others. */
const reachedFrom = (entry: string) => {
  const reached = new Set<string>();
  const foreign = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    const source = text(`${name}.ts`);
    for (const [, type, path = ''] of source.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gms)) {
      if (type !== undefined) continue;
      if (path.startsWith('.')) reach(nameOf(join(dirname(name), path)));
      else if (!path.startsWith('node:')) foreign.add(path);
    }
  };
  reach(entry);
  return { reached: [...reached], foreign: [...foreign] };
};

test('the preload loads neither RxJS nor anything else of the master', () => {
  const { reached, foreign } = reachedFrom('preload');
  expect(foreign).toEqual([]);
  expect(reached).toEqual(expect.arrayContaining(['preload', 'worker/preload/drain', 'features/preload']));
  expect(reached.filter((name) => !/^(preload|worker\/preload|features|vocabulary|channel)\b/.test(name))).toEqual([]);
});

test('proteus-cluster/worker imports neither RxJS nor pino: both are loaded when they are first used', () => {
  const { reached, foreign } = reachedFrom('worker');
  expect(foreign).not.toContain('rxjs');
  expect(foreign).not.toContain('pino');
  expect(reached).toEqual(expect.arrayContaining(['dependencies/rxjs', 'worker/api/send', 'channel/conversations']));
});

test('proteus-cluster/client imports nothing but what Node has, and the command only that and suggestions', () => {
  expect(reachedFrom('client').foreign).toEqual([]);
  const { reached, foreign } = reachedFrom('cli');
  expect(foreign).toEqual(['leven']);
  expect(reached.filter((name) => !/^(cli|client)\b/.test(name))).toEqual([]);
});

test('streams/cluster.ts has no Subject in its middle', () => {
  expect(text('streams/cluster.ts')).not.toMatch(/\bnew \w*Subject\b|\bSubject\b/);
});
