import type { Environment } from '../host/environment.js';
import {
  checkFeatureOptions,
  featureRules,
  optionThatNeedsMasterSockets,
  optionThatNeedsPreload,
} from '../features/fold.js';
import { isPolicy } from '../operators/respawn/policy.js';
import { check } from '../validation/check.js';
import { isRecord } from '../validation/isRecord.js';
import type { Rule } from '../validation/rule.js';
import { ConfigError, showValue } from '../vocabulary/errors.js';
import { isPath, pathOf } from '../vocabulary/path.js';
import { uncatchable } from '../vocabulary/signals.js';
import { backoffRules, drainRules, logRules, optionRules, rotateRules, signalRules } from './optionRules.js';

/** Throws `ConfigError` for the first option that is wrong, before anything has been started. `also`: names that the caller allows besides the options. */
export const validateConfig = (
  config: unknown,
  { platform, canReusePort, main }: Environment,
  also: readonly string[] = [],
): void => {
  if (platform === 'win32')
    throw new ConfigError(
      'platform',
      'expected Linux or macOS, got Windows',
      'Windows has no signals, and passes sockets to workers in another way',
    );
  if (!isRecord(config)) throw new ConfigError('the configuration', `expected an object, got ${showValue(config)}`);
  check('', config, {
    ...optionRules,
    ...featureRules,
    ...Object.fromEntries(also.map((name) => [name, checkedElsewhere])),
  });
  const { backoff, drain, signals, log, exec } = config;
  if (isRecord(backoff)) check('backoff.', backoff, backoffRules);
  if (isRecord(drain)) check('drain.', drain, drainRules);
  if (isRecord(signals)) checkSignals(signals);
  checkFeatureOptions(config);
  checkPreload(config);
  if (config['schedulingPolicy'] === 'reusePort') checkReusePort(config, canReusePort);
  checkPolicy(config);
  checkStartAttempts(config);
  if (isRecord(log)) checkLog(log);
  if (exec === undefined && main === undefined) {
    throw new ConfigError(
      'exec',
      'expected the file that the workers run, got none; this process was started without a file',
      'Set exec',
    );
  }
};

const checkedElsewhere: Rule = { accepts: () => true, expected: 'any value' };

const checkSignals = (signals: Readonly<Record<string, unknown>>): void => {
  const name = uncatchable.find((name) => signals[name] !== undefined);
  if (name !== undefined)
    throw new ConfigError(
      `signals.${name}`,
      `expected a signal that can be handled; no process can handle ${name}`,
      'Leave it out',
    );
  check('signals.', signals, signalRules, 'signal');
};

/** An option that the preload carries out has no effect without it. */
const checkPreload = (config: Readonly<Record<string, unknown>>): void => {
  if (config['preload'] !== false) return;
  const option = optionThatNeedsPreload(config) ?? (config['drain'] === undefined ? undefined : 'drain');
  if (option === undefined) return;
  throw new ConfigError(
    option,
    'expected this option to be left out with preload: false, because the preload carries it out',
    'Leave out one of the two',
  );
};

/** The preload has servers listen with `reusePort`, which Node does not have everywhere. */
const checkReusePort = (config: Readonly<Record<string, unknown>>, canReusePort: boolean): void => {
  if (!canReusePort)
    throw new ConfigError(
      'schedulingPolicy',
      "expected 'round-robin' or 'none', got 'reusePort', which Node has on Linux since version 22.12",
      "For many short connections use 'none'",
    );
  const option = optionThatNeedsMasterSockets(config);
  if (option !== undefined)
    throw new ConfigError(
      option,
      "expected this option to be left out with schedulingPolicy: 'reusePort', because the master cannot keep such workers from listening",
      'Leave out one of the two',
    );
  if (config['preload'] === false)
    throw new ConfigError(
      'schedulingPolicy',
      "expected 'round-robin' or 'none' with preload: false, got 'reusePort', which the preload carries out",
      'Leave out one of the two, and have the application call listen({ port, reusePort: true })',
    );
};

/** With a policy these options belong to its blocks. */
const checkPolicy = (config: Readonly<Record<string, unknown>>): void => {
  if (!isPolicy(config['respawn'])) return;
  const blocks = { maxForkCount: 'budget', maxStartAttempts: 'startLimit', backoff: 'backoff' };
  for (const [option, block] of Object.entries(blocks)) {
    if (config[option] === undefined) continue;
    throw new ConfigError(
      option,
      `expected none with a respawn policy, got ${showValue(config[option])}`,
      `Add the block to the policy: policy(…, ${block}({ … }))`,
    );
  }
};

/** Refuses a limit that could never take effect. */
const checkStartAttempts = ({ maxStartAttempts, maxForkCount, respawn }: Readonly<Record<string, unknown>>): void => {
  if (typeof maxStartAttempts !== 'number' || maxStartAttempts === Infinity) return;
  if (respawn === 'temporary' || typeof respawn === 'function') {
    const policy = respawn === 'temporary' ? "respawn: 'temporary'" : 'an operator for respawn';
    throw new ConfigError(
      'maxStartAttempts',
      `expected this option to be left out with ${policy}, got ${maxStartAttempts}`,
      "It counts the respawns of 'permanent' and 'transient'. Leave it out",
    );
  }
  if (typeof maxForkCount === 'number' && maxStartAttempts > maxForkCount) {
    throw new ConfigError(
      'maxStartAttempts',
      `expected no more than maxForkCount, which is ${maxForkCount}, got ${maxStartAttempts}`,
      'maxForkCount counts the failed starts of all slots together and would always be reached first',
    );
  }
};

/** Checks the options of `log` that are not pino's. */
const checkLog = (log: Readonly<Record<string, unknown>>): void => {
  const { file, rotate, stderr, stdout, transport } = log;
  check('log.', { file, rotate, stderr, stdout }, logRules);
  const alone = Object.entries({ rotate, stderr, stdout }).find(([, value]) => value !== undefined)?.[0];
  if (alone !== undefined && file === undefined) {
    const fix =
      alone === 'rotate' ? 'A transport rotates its own files' : `log.${alone} says what else than the file is written`;
    throw new ConfigError(`log.${alone}`, 'expected log.file as well, got none', fix);
  }
  if (stderr !== undefined && isPath(stderr) && isPath(file) && pathOf(stderr) === pathOf(file))
    throw new ConfigError('log.stderr', 'expected another file than log.file, got the same', 'Leave it out');
  if (file !== undefined && transport !== undefined) {
    throw new ConfigError('log', 'expected file or transport, got both', 'A transport writes to its own files');
  }
  if (isRecord(rotate)) check('log.rotate.', rotate, rotateRules);
  if (isRecord(transport)) checkTransport(transport, log['formatters']);
};

/** What pino refuses only when it starts the thread of a transport, which a check of the options does not. */
const checkTransport = (transport: Readonly<Record<string, unknown>>, formatters: unknown): void => {
  const { target, targets } = transport;
  if ('writable' in transport)
    throw new ConfigError('log.transport', 'expected options, got a stream', 'Give a logger: log: pino(stream)');
  if (target !== undefined && targets !== undefined)
    throw new ConfigError('log.transport', 'expected target or targets, got both', 'Leave one of them out');
  if (targets !== undefined && isRecord(formatters) && formatters['level'] !== undefined)
    throw new ConfigError(
      'log.formatters.level',
      'expected none beside log.transport.targets, got one',
      'Use one target, or leave the formatter out',
    );
};
