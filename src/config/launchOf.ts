import type { Environment } from '../host/environment.js';
import { completeFeatureOptions, featureExecArgv } from '../features/fold.js';
import { inheritable } from '../host/execArgv.js';
import type { Launch } from '../host/launch.js';
import { place } from '../host/place.js';
import { checkReturned } from '../validation/check.js';
import { isFunction, type Rule } from '../validation/rule.js';
import { pathOf } from '../vocabulary/path.js';
import { drainOf } from './drain.js';
import { optionRules } from './optionRules.js';
import type { Config, ValueOrFunction } from './options.js';
import type { ClusterOptions } from './clusterOptions.js';

/** How the workers of a checked configuration are started. */
export const launchOf = (config: Config, environment: Environment, signals: ClusterOptions['signals']): Launch => ({
  exec: placedAt(environment, asFunction('exec', config.exec ?? environment.main ?? '', pathOf)),
  args: asFunction('args', config.args ?? environment.args, texts),
  execArgv: withFeatures(config, asFunction('execArgv', config.execArgv ?? inheritable(environment.execArgv), texts)),
  env: environmentOf(config.env ?? {}),
  cwd: placedAt(environment, asFunction('cwd', config.cwd ?? environment.base, pathOf)),
  uid: config.uid,
  gid: config.gid,
  serialization: config.serialization ?? 'json',
  drain: config.preload === false ? undefined : drainOf(config),
  signals: Object.keys(signals).filter((name) => signals[name] !== false),
  compileCache: config.compileCache ?? true,
  schedulingPolicy: config.schedulingPolicy,
  piped: config.log !== false,
  base: environment.base,
});

/** The arguments of Node with those that features add. */
const withFeatures = (config: Config, own: () => readonly string[]): (() => readonly string[]) => {
  const options = completeFeatureOptions(config);
  return () => {
    const given = own();
    return [...given, ...featureExecArgv(options, given)];
  };
};

const environmentOf = (env: NonNullable<Config['env']>): Launch['env'] =>
  typeof env === 'function'
    ? (slotRef) => variables(checkReturned('env', optionRules.env, () => env(slotRef)))
    : () => variables(env);

/** Resolved at each call, because a symbolic link in the path may lead to another release then. */
const placedAt =
  (environment: Environment, path: () => string): (() => string) =>
  () =>
    place(environment, path());

/** An option as a function. If the user gave a function, it is called each time, and the result is checked. */
const asFunction = <T extends string | object | undefined, R>(
  option: 'exec' | 'args' | 'execArgv' | 'cwd',
  value: ValueOrFunction<T>,
  as: (value: T) => R,
): (() => R) => {
  const rule: Rule = optionRules[option];
  return isCallable(value) ? () => as(checkReturned(option, rule, value)) : () => as(value);
};

const isCallable = <T>(value: ValueOrFunction<T>): value is () => T => isFunction(value);

const texts = (list: readonly (string | number)[]): readonly string[] => list.map(String);

const variables = (
  env: Readonly<Record<string, string | number | undefined>>,
): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === undefined ? value : String(value)]));
