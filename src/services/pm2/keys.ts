import { availableParallelism } from 'node:os';
import { ConfigError } from '../../index.js';
import { isRecord, isText, listOf, showValue } from '../values.js';
import type { App, Mapped } from './app.js';
import { ignoredOf } from './ignored.js';
import { logOf, withoutFile } from './log.js';
import { idOf, numberOf, pathOf, textOf, timeOf } from './readValue.js';
import { scriptOf } from './script.js';
import { wordsOf } from './words.js';

/** A key of an app in pm2's ecosystem file. */
export interface Pm2Key {
  /** Its name, and the other names that pm2 has for it. Each is also known in camelCase. */
  readonly names: readonly string[];
  /** What there is here: options, as Markdown. */
  readonly here: string;
  /** What differs, or what to do instead: sentences, as Markdown. */
  readonly remark?: string;
  /** The options for a value. Left out: it has no equivalent, and a value other than `false` is noted with the remark. */
  readonly map?: (value: unknown, app: App) => Mapped;
}

const option =
  (name: string, read: (key: string, value: unknown) => unknown, key: string) =>
  (value: unknown): Mapped => ({ options: { [name]: read(key, value) } });

/** What is so anyway, or changes nothing here. */
const unneeded = (): Mapped => ({});

const keyOf = (names: string, here: string, remark: string | undefined, map?: Pm2Key['map']): Pm2Key => ({
  names: names.split(' '),
  here,
  ...(remark !== undefined && { remark }),
  ...(map !== undefined && { map }),
});

const instances = (value: unknown): number | undefined => {
  if (value === 'max') return undefined;
  const count = numberOf('instances', value);
  if (count === 0) return undefined;
  return count > 0 ? count : Math.max(1, availableParallelism() + count);
};

/** How many workers an app has. */
export const instancesOf = (value: unknown): number =>
  value === undefined ? 1 : (instances(value) ?? availableParallelism());

const interpreter = (value: unknown): Mapped => {
  const given = textOf('interpreter', value);
  const name = given.split('/').at(-1) ?? '';
  if (name === 'node' || name === 'none') return {};
  if (name.startsWith('node@'))
    return { note: 'interpreter: workers run with the version of Node that runs the master' };
  if (name === 'tsx') return { execArgv: ['--import', 'tsx'] };
  if (name === 'ts-node') return { execArgv: ['--require', 'ts-node/register'] };
  throw new ConfigError(
    'interpreter',
    `expected node, got ${showValue(value)}`,
    'Workers run Node. Keep other programs with systemd',
  );
};

const variables = (key: string, value: unknown): Mapped => {
  // The text is not shown, because it may have a password in it.
  const shown = typeof value === 'string' ? 'a string' : showValue(value);
  if (!isRecord(value)) throw new ConfigError(key, `expected an object, got ${shown}`);
  const texts = Object.entries(value)
    .filter(([, content]) => content !== undefined && content !== null)
    .map(([name, content]): [string, string | number] => [
      name,
      typeof content === 'number' || typeof content === 'string' ? content : JSON.stringify(content),
    ]);
  return { env: Object.fromEntries(texts) };
};

/** The variables of an app, with those of a profile. */
const environmentOf = ({ get, values, profile }: App): Mapped => {
  const own = get('env') === undefined ? {} : variables('env', get('env')).env;
  const key = `env_${profile}`;
  const ofProfile = values[key] === undefined ? {} : variables(key, values[key]).env;
  return { env: { ...own, ...ofProfile } };
};

const withoutVariables = (value: unknown): Mapped => {
  if (value === false) return {};
  const parts = value === true ? [''] : listOf(value).map(String);
  const names = Object.keys(process.env).filter((name) => parts.some((part) => name.includes(part)));
  return { env: Object.fromEntries(names.map((name) => [name, undefined])) };
};

const stopCodes = (value: unknown): Mapped => {
  const codes = listOf(value).map((code) => numberOf('stop_exit_codes', code));
  return codes.length === 1 && codes[0] === 0
    ? { options: { respawn: 'transient' } }
    : {
        note: "stop_exit_codes is ignored: of exit codes only 0 can end a worker (`respawn: 'transient'`). For others write a respawn policy",
      };
};

const restarts = (value: unknown, { instances: workers }: App): Mapped => {
  const count = numberOf('max_restarts', value);
  return { options: count === 0 ? { respawn: 'temporary' } : { maxForkCount: count * workers } };
};

const watched = (value: unknown, { cwd, get }: App): Mapped => {
  if (value === false) return {};
  const { ignore, patterns } = ignoredOf(get('ignore_watch'), cwd);
  const delay = get('watch_delay');
  const paths = value === true ? [cwd] : listOf(value).map((path) => pathOf('watch', path, cwd));
  const debounce = delay === undefined ? undefined : numberOf('watch_delay', delay);
  return {
    options: { watch: { paths, ignore, debounce } },
    ...(patterns > 0 && {
      note: 'ignore_watch: patterns are ignored, only paths and names are read. Write them into watch.ignore',
    }),
  };
};

/** All keys that pm2 has, in the order in which its documentation describes them. */
export const keys: readonly Pm2Key[] = [
  keyOf('name', 'the key in `services`', 'Default: the name of the file, without its ending.', unneeded),
  keyOf(
    'script exec cmd command',
    '`exec`',
    'A file of Node. `npm start`, `npm run name` and `node file.js` are resolved to the file that they run; a command that needs a shell is an error.',
    (value, { get, cwd }) => {
      const { exec, args, execArgv, env } = scriptOf(textOf('script', value), wordsOf(get('args')), cwd);
      return { options: { exec, args }, execArgv, env };
    },
  ),
  keyOf(
    'cwd',
    '`cwd`',
    'Default: the folder of the file. Relative paths of the app start there.',
    (_value, { cwd }) => ({
      options: { cwd },
    }),
  ),
  keyOf('args', '`args`', undefined, unneeded),
  keyOf(
    'interpreter exec_interpreter',
    '`execArgv`',
    '`node`, `tsx` and `ts-node`; others are an error, because workers run Node.',
    interpreter,
  ),
  keyOf('node_args interpreter_args interpreterArgs', '`execArgv`', undefined, (value) => ({
    execArgv: wordsOf(value),
  })),
  keyOf(
    'instances',
    '`worker`',
    "`'max'` and 0: as many as the process may use cores. -1: one less; Node 20 counts these without the CPU quota of a container, so name the number there. Default: 1.",
    (value) => ({ options: { worker: instances(value) } }),
  ),
  keyOf(
    'exec_mode',
    '–',
    'Each service is a cluster, also with one worker. Workers share the ports on which they listen.',
    (value, { instances: workers }) => {
      const mode = textOf('exec_mode', value);
      if (!/^(fork|cluster)(_mode)?$/.test(mode))
        throw new ConfigError('exec_mode', `expected 'cluster' or 'fork', got ${showValue(mode)}`);
      return mode.startsWith('fork') && workers > 1
        ? { note: 'exec_mode: fork is ignored, the workers are a cluster and share the ports on which they listen' }
        : {};
    },
  ),
  keyOf('watch', '`watch`', '`true`: the folder of the app.', watched),
  keyOf('ignore_watch', '`watch.ignore`', 'Paths and names; patterns are noted and not read.', unneeded),
  keyOf('watch_delay', '`watch.debounce`', undefined, unneeded),
  keyOf('watch_options', '–', 'Not read: there are `watch.paths`, `watch.ignore` and `watch.debounce`.'),
  keyOf(
    'max_memory_restart',
    '`recycle.memory`',
    'The new worker starts before the old one leaves. At least 30 MB.',
    (value) => ({
      options: { recycle: { memory: typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value } },
    }),
  ),
  keyOf('env', '`env`', undefined, unneeded),
  keyOf(
    'env_*',
    '`profiles.*.env`',
    '`proteus start ecosystem.config.js --env production` reads `env_production`.',
    unneeded,
  ),
  keyOf('port', '`env.PORT`', undefined, (value) => ({ env: { PORT: numberOf('port', value) } })),
  keyOf('filter_env', '`env`', 'The variables are removed that the master has when it starts.', withoutVariables),
  keyOf('instance_var', '`env: ({ slot }) => …`', '`NODE_APP_INSTANCE` is always there and counts from 0.', (value) => {
    const name = textOf('instance_var', value);
    return name === 'NODE_APP_INSTANCE' ? {} : { envOfSlot: (slot) => ({ [name]: slot - 1 }) };
  }),
  keyOf('increment_var', '`env: ({ slot }) => …`', 'Counts from the value in `env`, by the slot.', (value, app) => {
    const name = textOf('increment_var', value);
    const first = Number(environmentOf(app).env?.[name] ?? 0) || 0;
    return { envOfSlot: (slot) => ({ [name]: first + slot - 1 }) };
  }),
  keyOf('source_map_support', "`execArgv: ['--enable-source-maps']`", undefined, (value) =>
    value === true ? { execArgv: ['--enable-source-maps'] } : {},
  ),
  keyOf('disable_source_map_support', '–', 'Not needed: source maps are off unless asked for.', unneeded),
  keyOf('append_env_to_name', 'the key in `services`', 'The name of the profile is appended.', unneeded),
  keyOf('name_prefix', 'the key in `services`', 'It is put before the name.', unneeded),
  keyOf('namespace', '–', 'Not read: services are selected by their names.'),
  keyOf('out_file out output out_log', '`log.file`', undefined, (value) => withoutFile('out_file', value)),
  keyOf('error_file error err err_file err_log', '`log.stderr`', 'Without `out_file` it is `log.file`.', (value) =>
    withoutFile('error_file', value),
  ),
  keyOf('log_file log', '`log.file`', 'Both streams are in one file anyway.', (value) =>
    withoutFile('log_file', value),
  ),
  keyOf(
    'merge_logs combine_logs',
    '–',
    'All workers of a service write into one log; `proteus logs --slot 1` shows one of them.',
    unneeded,
  ),
  keyOf('log_date_format', '–', 'Not read: each record has `time` in ms since 1970; on a terminal the time is shown.'),
  keyOf('time', '–', 'Not needed: each record has `time`.', unneeded),
  keyOf('log_type', '–', 'Not needed: the log is JSON, and readable on a terminal.', unneeded),
  keyOf('disable_logs', '–', "Not read: set `log: { level: 'silent' }`, or redirect the stdout of the master."),
  keyOf(
    'pid_file pid',
    '`pid`',
    'It has the pid of the master, to which signals are sent, and not that of a worker.',
    (value, { cwd }) => ({
      options: { pid: pathOf('pid_file', value, cwd) },
    }),
  ),
  keyOf('min_uptime', '`minUptime`', undefined, option('minUptime', timeOf, 'min_uptime')),
  keyOf(
    'listen_timeout',
    '`readyTimeout`',
    'A worker that is late aborts the restart, and the old one stays.',
    option('readyTimeout', numberOf, 'listen_timeout'),
  ),
  keyOf(
    'kill_timeout',
    '`disconnectTimeout`',
    'Default here: 120000, because requests in flight are answered first.',
    option('disconnectTimeout', numberOf, 'kill_timeout'),
  ),
  keyOf('kill_retry_time', '–', 'Not needed.', unneeded),
  keyOf(
    'shutdown_with_message',
    '–',
    "Not read: a worker drains without being told. Replace `process.on('message')` for `shutdown` by `onStop` of `proteus-cluster/worker`.",
  ),
  keyOf('wait_ready', "`ready: 'message'`", "`process.send('ready')` works as it does with pm2.", (value) =>
    value === true ? { options: { ready: 'message' } } : {},
  ),
  keyOf(
    'max_restarts',
    '`maxForkCount`',
    "Counted for all workers together, so it is multiplied by their number (with `'max'` that of the cores, without a CPU quota on Node 20). 0: `respawn: 'temporary'`.",
    restarts,
  ),
  keyOf('restart_delay', '`backoff`', 'The same delay each time.', (value) => {
    const delay = numberOf('restart_delay', value);
    return { options: { backoff: { initial: delay, factor: 1, max: delay, jitter: 0 } } };
  }),
  keyOf('exp_backoff_restart_delay', '`backoff`', 'From this delay to 15 s, by the factor 1.5.', (value) => {
    const initial = numberOf('exp_backoff_restart_delay', value);
    return initial === 0 ? {} : { options: { backoff: { initial, factor: 1.5, max: Math.max(initial, 15_000) } } };
  }),
  keyOf('autorestart', "`respawn: 'temporary'` if it is false", undefined, (value) =>
    value === false ? { options: { respawn: 'temporary' } } : {},
  ),
  keyOf(
    'stop_exit_codes',
    "`respawn: 'transient'` for 0",
    'For other codes write a [respawn policy](policies.md).',
    stopCodes,
  ),
  keyOf('cron_restart cron', '`cron`', 'A rolling restart.', (value) =>
    value === 0 || value === '0' ? {} : { options: { cron: { at: value } } },
  ),
  keyOf('autostart', '–', 'With `false` the service is left out.', unneeded),
  keyOf('uid user', '`uid`', 'A number, or the name of a user, whose group is set as well.', (value, { get }) => ({
    options: {
      uid: idOf('uid', value, '-u'),
      ...(get('gid') === undefined && isText(value) && { gid: idOf('uid', value, '-g') }),
    },
  })),
  keyOf('gid', '`gid`', 'A number, or the name of a user whose group is meant.', (value) => ({
    options: { gid: idOf('gid', value, '-g') },
  })),
  keyOf('treekill', '–', 'A worker that must be killed takes its descendants with it.', (value) =>
    value === false
      ? { note: 'treekill: false is ignored, a worker that must be killed takes its descendants with it' }
      : {},
  ),
  keyOf('force', '–', 'Not needed: a file may run in several services.', unneeded),
  keyOf('post_update', '–', 'Not read: run these commands before `proteus restart`.'),
  keyOf('execute_command', '–', 'Not read: workers run files of Node.'),
  keyOf('vizion', '–', 'Not needed: nothing looks at the repository.', unneeded),
  keyOf('pmx automation', '–', 'Not needed: nothing is added to the application.', unneeded),
  keyOf('trace disable_trace', '–', 'Not needed: nothing is traced unless it is asked for.', unneeded),
  keyOf(
    'deep_monitoring event_loop_inspector v8 io',
    '–',
    'Not read: `proteus stats` and the metrics have memory, CPU and the event loop of each worker.',
  ),
  keyOf('username windowsHide write install_url', '–', 'Not needed: pm2 itself sets them.', unneeded),
];

/** The log of an app comes from three keys together. */
export const ofSeveralKeys: readonly ((app: App) => Mapped)[] = [environmentOf, logOf];
