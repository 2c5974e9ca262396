import { basename, extname, resolve } from 'node:path';
import { ConfigError, type EnvironmentVariables } from '../../index.js';
import type { WrittenService } from '../layersOf.js';
import { nearest, suggestion } from '../unknownName.js';
import { isRecord, isText, showValue } from '../values.js';
import type { App, Mapped } from './app.js';
import { instancesOf, keys, ofSeveralKeys, type Pm2Key } from './keys.js';
import { textOf } from './readValue.js';

type Values = Readonly<Record<string, unknown>>;

/** What an ecosystem file of pm2 is here. */
export interface Ecosystem {
  readonly services: readonly WrittenService[];
  /** What is ignored, and what to do instead. */
  readonly notes: readonly string[];
}

/** Whether this is what an ecosystem file of pm2 exports, and not a configuration. */
export const isEcosystem = (read: unknown): boolean =>
  Array.isArray(read) ||
  (isRecord(read) && ('apps' in read || 'pm2' in read || ('script' in read && !('exec' in read))));

/** The services of an ecosystem file, with the variables of one profile. Throws `ConfigError` for what no service can be made of. */
export const ecosystemOf = (read: unknown, profile: string | undefined, folder: string): Ecosystem => {
  const { apps, path, others } = appsIn(read);
  const profiles = new Set(
    apps.flatMap((app) =>
      Object.entries(app).flatMap(([key, value]) => (isProfile(key, value) ? key.slice('env_'.length) : [])),
    ),
  );
  if (profile !== undefined && !profiles.has(profile))
    throw new ConfigError(`env_${profile}`, 'does not exist in any app', suggestion(profile, [...profiles]));
  const started = apps.flatMap((values, index) => {
    const app = appOf(values, profile, folder, path(index));
    return app.get('autostart') === false ? [] : [{ app, at: path(index) }];
  });
  if (started.length === 0) throw new ConfigError('apps', 'expected an app, or more, got none');
  const mapped = started.map(({ app, at }) => ({ ...serviceOf(app, at), at }));
  const names = mapped.map(({ name }) => name);
  const twice = mapped.find(({ name }, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new ConfigError(
      `${twice.at}.name`,
      `expected a name of its own, got ${showValue(twice.name)}, which another app has`,
    );
  const left = apps.length - started.length;
  return {
    services: mapped.map(({ name, layers }) => ({ name, layers })),
    notes: [
      ...mapped.flatMap(({ notes }) => notes),
      ...(left > 0 ? [`autostart: false: ${left === 1 ? 'one app is' : `${left} apps are`} left out`] : []),
      ...others.map((key) =>
        key === 'deploy'
          ? 'deploy is ignored: copy the release in a way of your own, and run `proteus restart`'
          : `${key} is ignored`,
      ),
    ],
  };
};

interface Apps {
  readonly apps: readonly Values[];
  /** Where an app is written. */
  readonly path: (index: number) => string;
  /** What the file has beside the apps. */
  readonly others: readonly string[];
}

const appsIn = (read: unknown): Apps => {
  if (Array.isArray(read)) return { apps: read.map(record), path: (index) => `[${index}]`, others: [] };
  const { apps, pm2, ...others } = record(read);
  const list = apps ?? pm2;
  if (list === undefined) return { apps: [record(read)], path: () => 'the app', others: [] };
  const name = apps === undefined ? 'pm2' : 'apps';
  return {
    apps: (Array.isArray(list) ? list : [list]).map((app, index) => record(app, `${name}[${index}]`)),
    path: (index) => `${name}[${index}]`,
    others: Object.keys(others),
  };
};

const record = (value: unknown, at: string | number = 'apps'): Values => {
  if (isRecord(value)) return value;
  throw new ConfigError(typeof at === 'string' ? at : `[${at}]`, `expected an object, got ${showValue(value)}`);
};

/** pm2 knows each key in camelCase too. */
const spellings = ({ names }: Pm2Key): readonly string[] =>
  names.flatMap((name) => [name, name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())]);

const keyOf = (name: string): Pm2Key | undefined => keys.find((key) => spellings(key).includes(name));

const appOf = (values: Values, profile: string | undefined, folder: string, at: string): App => {
  const get = (name: string): unknown => {
    const spelling = keyOf(name);
    const used = spelling === undefined ? name : spellings(spelling).find((each) => values[each] !== undefined);
    const value = used === undefined ? undefined : values[used];
    return value === null ? undefined : value;
  };
  const cwd = get('cwd');
  for (const key of ['cwd', 'name']) if (get(key) !== undefined) placed(at, key, () => textOf(key, get(key)));
  return {
    values,
    get,
    profile,
    cwd: isText(cwd) ? resolve(folder, cwd) : folder,
    instances: placed(at, 'instances', () => instancesOf(get('instances'))),
  };
};

const serviceOf = (app: App, at: string): WrittenService & { readonly notes: readonly string[] } => {
  const { values, get } = app;
  if (get('script') === undefined)
    throw new ConfigError(`${at}.script`, 'expected the file that the workers run, got none');
  const notes: string[] = [];
  const written = new Map<string, string>();
  const all: Mapped[] = [];
  const name = nameOf(app);
  const note = (key: string, text: string) => notes.push(`${at}.${key} (${name}): ${text}`);
  const collect = (key: string, call: () => Mapped) => {
    const mapped = placed(at, key, call);
    all.push(mapped);
    for (const option of Object.keys(mapped.options ?? {})) written.set(option, key);
    if (mapped.note !== undefined) note(key, mapped.note);
  };
  for (const key of keys) {
    const [first = ''] = key.names;
    const value = get(first);
    if (value === undefined) continue;
    const used = spellings(key).find((each) => values[each] !== undefined) ?? first;
    const { map, remark = '' } = key;
    if (map !== undefined) collect(used, () => map(value, app));
    else if (value !== false) note(used, plain(remark));
  }
  for (const map of ofSeveralKeys) collect('env', () => map(app));
  for (const key of Object.keys(values))
    if (keyOf(key) === undefined && !isProfile(key, values[key])) note(key, unknownKey(key));
  const options: Values = {
    worker: 1,
    cwd: app.cwd,
    ...Object.assign({}, ...all.map((mapped) => mapped.options ?? {})),
    ...environment(all),
    ...execArgv(all),
  };
  const keyFor = (option: string) => {
    const [root = ''] = option.split(/[.[]/);
    return written.get(root) ?? (root === 'exec' ? 'script' : option);
  };
  return { name, layers: [{ at: (option) => `${at}.${keyFor(option)}`, values: options }], notes };
};

/** `env_production` and the like have the variables of a profile. */
const isProfile = (key: string, value: unknown): boolean => /^env_\S+$/.test(key) && isRecord(value);

const unknownKey = (key: string): string => {
  const near = nearest(key, keys.flatMap(spellings));
  return `is no key of pm2${near === undefined ? '' : `. Did you mean ${near}?`}`;
};

const environment = (all: readonly Mapped[]) => {
  const env: EnvironmentVariables = Object.assign({}, ...all.map((mapped) => mapped.env ?? {}));
  const ofSlot = all.flatMap(({ envOfSlot }) => envOfSlot ?? []);
  if (ofSlot.length === 0) return { env };
  return {
    env: ({ slot }: { readonly slot: number }): EnvironmentVariables =>
      Object.assign({}, env, ...ofSlot.map((variables) => variables(slot))),
  };
};

const execArgv = (all: readonly Mapped[]) => {
  const words = all.flatMap((mapped) => mapped.execArgv ?? []);
  return words.length > 0 && { execArgv: words };
};

const nameOf = ({ get, profile }: App): string => {
  const [script, name, prefix] = [get('script'), get('name'), get('name_prefix')].map((value) =>
    typeof value === 'string' ? value : '',
  );
  const own = name === '' || name === undefined ? basename(script ?? '', extname(script ?? '')) : name;
  const suffix = get('append_env_to_name') === true && profile !== undefined ? `-${profile}` : '';
  return `${prefix ?? ''}${own}${suffix}`;
};

/** An error about a key, with the name that the file has for it. */
const placed = <T>(at: string, key: string, call: () => T): T => {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const named = keyOf(error.option) === keyOf(key) ? key : error.option;
    throw new ConfigError(`${at}.${named}`, error.message.slice(error.option.length + 2));
  }
};

/** A remark of the documentation without its marks. */
const plain = (markdown: string): string =>
  markdown
    .replace(/^Not read: /, 'is ignored: ')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '');
