import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** Who may know whom. `types` is what may be known by its types alone. */
const floors: readonly Floor[] = [
  { room: /^(events|errors|protocol|records)$/, knows: /^(events|errors|wording)$/ },
  { room: /^wording$/, knows: /^$/, types: /^events$/ },
  { room: /^host\/host$/, knows: /^events$/ },
  { room: /^post\//, knows: /^(post\/.*|errors)$/ },
  { room: /^host\//, knows: /^(host\/.*|post\/.*|events|errors|protocol)$/ },
  {
    room: /^worker\//,
    knows: /^(worker\/.*|post\/.*|operators\/(answered|cmd|routing)|atOnce|errors|protocol)$/,
    types: /^events$/,
  },
  {
    room: /^operators\//,
    knows: /^(operators\/.*|events|errors|records|wording|thenable)$/,
    types: /^(host\/host|post\/(correspondence|letters))$/,
  },
  {
    room: /^(config|validate)$/,
    knows: /^(validate|rules|needed|errors|thenable|host\/(inspect|place))$/,
    types: /^(events|protocol|host\/(launch|surroundings)|log\/setting|operators\/(backoff|ready))$/,
  },
  {
    room: /^running$/,
    knows: /^(events|errors|operators\/broadcast)$/,
    types: /^(records|host\/node|operators\/census)$/,
  },
  {
    room: /^streams\//,
    knows: /^(streams\/.*|operators\/.*|events|errors|running)$/,
    types: /^(config|records|host\/host)$/,
  },
  { room: /^development\//, knows: /^(development\/.*|host\/watch|operators\/(after|settle)|running|errors)$/ },
  { room: /^(rules|needed|atOnce|thenable)$/, knows: /^$/ },
  { room: /^log\//, knows: /^(log\/.*|atOnce|events|errors|records|needed|wording)$/, types: /^host\/outputs$/ },
  {
    room: /^testing\//,
    knows: /^(testing\/.*|streams\/cluster|operators\/.*|config|events|log\/describe)$/,
    types: /^host\/(host|surroundings)$/,
  },
  { room: /^recipients$/, knows: /^(addressed|errors|validate)$/, types: /^(events|running)$/ },
  {
    room: /^messaging\//,
    knows:
      /^(messaging\/.*|operators\/.*|streams\/workers|post\/options|addressed|recipients|running|validate|errors)$/,
    types: /^(events|host\/mail)$/,
  },
  { room: /^addressed$/, knows: /^(running|errors|validate)$/ },
  { room: /^commands$/, knows: /^(operators\/(is|watched)|addressed|recipients|running|events|errors|validate)$/ },
  { room: /^supervisors$/, knows: /^(running|validate|host\/clock|operators\/supervise)$/, types: /^events$/ },
  {
    room: /^master$/,
    knows:
      /^(config|validate|errors|events|running|host\/.*|log\/(log|sink)|operators\/(guard|history)|streams\/cluster)$/,
  },
  {
    room: /^classic$/,
    knows:
      /^(master|host\/foreignMaster|commands|running|rules|validate|host\/ending|log\/failure|streams\/messages|messaging\/route|operators\/guard)$/,
    types: /^(config|events|operators\/cmd)$/,
  },
  { room: /^index$/, knows: /.*/ },
];

interface Floor {
  readonly room: RegExp;
  readonly knows: RegExp;
  readonly types?: RegExp;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

const nameOf = (path: string) => normalize(path).replace(/\.[cm]?[jt]s$/, '');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.c?ts$/.test(file));
const text = (file: string) => readFileSync(join(src, file), 'utf8');

const arrows: readonly Arrow[] = files.flatMap((file) =>
  Array.from(
    text(file).matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'/gms),
    ([, type, path = '']) => ({
      from: nameOf(file),
      to: nameOf(join(dirname(file), path)),
      typesOnly: type !== undefined,
    }),
  ),
);

test('the arrows are read', () => {
  expect(arrows).toContainEqual({ from: 'master', to: 'host/node', typesOnly: false });
  expect(arrows).toContainEqual({ from: 'streams/line', to: 'host/host', typesOnly: true });
  expect(arrows.length).toBeGreaterThan(100);
});

test('every room knows only those that its floor allows', () => {
  const broken = arrows.filter(({ from, to, typesOnly }) => {
    const floor = floors.find(({ room }) => room.test(from));
    return !(floor?.knows.test(to) || (typesOnly && floor?.types?.test(to)));
  });
  expect(broken).toEqual([]);
});

test('every file stands on a floor', () => {
  expect(files.map(nameOf).filter((name) => !floors.some(({ room }) => room.test(name)))).toEqual([]);
});

test('nothing goes round', () => {
  const seen = new Map<string, readonly string[]>();
  const circles: (readonly string[])[] = [];
  const walk = (room: string, path: readonly string[]): void => {
    if (path.includes(room)) circles.push([...path.slice(path.indexOf(room)), room]);
    if (seen.has(room)) return;
    seen.set(room, path);
    for (const { to } of arrows.filter(({ from }) => from === room)) walk(to, [...path, room]);
  };
  for (const file of files) walk(nameOf(file), []);
  expect(circles).toEqual([]);
});

test('streams and operators take time from RxJS alone and have no effects', () => {
  const pure = files.filter((file) => /^(streams|operators)\//.test(file));
  const impure =
    /\b(setTimeout|setInterval|setImmediate|queueMicrotask|Date\.now|new Date|performance\.now|Promise|async |await |Math\.random|process\.(env|argv|on|off|once|exit|cwd|nextTick|stdout|hrtime)\b)|from 'node:/;
  expect(pure.filter((file) => impure.test(text(file).replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, '')))).toEqual([]);
  expect(pure.length).toBeGreaterThan(20);
});

test('the time of day is asked for where it is to be told, and by no decision', () => {
  const byTimeOfDay =
    /\b(asyncScheduler|timestamp|timeInterval|debounceTime|bufferTime|windowTime|Date\.now)\b|new Date\(\)/;
  const asking = files.filter((file) => byTimeOfDay.test(text(file).replaceAll(/^\s*(\*|\/\/|\/\*).*$/gm, '')));
  expect(asking.map(nameOf).toSorted()).toEqual([
    'log/record',
    'log/rotation',
    'log/splice',
    'operators/history',
    'running',
    'testing/simulatedHost',
  ]);
});

test('who does not develop loads no watcher', () => {
  expect(files.filter((file) => text(file).includes("from 'chokidar'")).map(nameOf)).toEqual(['host/watch']);
  expect(arrows.filter(({ to }) => to === 'host/watch').map(({ from }) => from)).toEqual(['development/changes']);
  expect(arrows.filter(({ to }) => to.startsWith('development/')).map(({ from }) => from)).toEqual([
    'development/index',
  ]);
});

test('the preload loads neither RxJS nor anything else of the master', () => {
  const preloaded = files.filter((file) => /^worker\/.*\.cts$/.test(file));
  const foreign = preloaded.flatMap((file) =>
    Array.from(text(file).matchAll(/(?:from |require\()'([^']+)'/g), ([, name = '']) => name).filter(
      (name) => !/^(node:|\.\/\w+\.cjs$|\.\.\/protocol\.js$|\.\.\/post\/letters\.js$)/.test(name),
    ),
  );
  expect(foreign).toEqual([]);
  expect(preloaded.map(nameOf)).toEqual(expect.arrayContaining(['worker/preload', 'worker/drain']));
});

test('streams/cluster.ts is short and has no Subject in its middle', () => {
  const cluster = text('streams/cluster.ts');
  expect(cluster.split('\n').length - 1).toBeLessThanOrEqual(120);
  expect(cluster).not.toMatch(/\bnew \w*Subject\b|\bSubject\b/);
});
