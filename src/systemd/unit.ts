import { ConfigError } from '../index.js';

/** What the unit of a service is made of. */
export interface UnitOptions {
  /** The name of the service, such as `shop`. */
  readonly name: string;
  /** A sentence for `systemctl status`. Default: the name. */
  readonly description?: string;
  /** The user that it runs as. Default: root, which is not recommended. */
  readonly user?: string;
  /** The absolute path of the program, such as that of Node. */
  readonly exec: string;
  /** Its arguments, such as the file of the master. */
  readonly args: readonly string[];
  /** The absolute path of the folder that it runs in. It may be a link to the current release. */
  readonly workingDirectory: string;
  /** The command that restarts the workers and fails if that fails. Default: SIGUSR2 to the master. */
  readonly reload?: readonly string[];
  /** The option of the cluster, in ms. Default: 120000. */
  readonly disconnectTimeout?: number;
  /** After how long without a sign of life the master is killed, in seconds. Default: 30. */
  readonly watchdog?: number;
}

/** What systemd waits beyond `disconnectTimeout`, in seconds: a master kills its workers before systemd kills it. */
const stopMargin = 30;

/**
 * The text of a systemd unit for a master: readiness, reload, watchdog and stop as this package tells them, and a hardened process. Throws `ConfigError` for a value that a unit cannot contain.
 *
 * @example
 * systemdUnit({ name: 'shop', user: 'shop', exec: '/usr/bin/node', args: ['master.js'], workingDirectory: '/srv/shop/current' });
 */
export const systemdUnit = ({
  name,
  description = name,
  user,
  exec,
  args,
  workingDirectory,
  reload = ['/bin/kill', '-USR2', '$MAINPID'],
  disconnectTimeout = 120_000,
  watchdog = 30,
}: UnitOptions): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new ConfigError(
      'name',
      `expected letters, digits, dots, underscores and dashes, got ${JSON.stringify(name)}`,
      'It is the name of the unit and of its folder in /run',
    );
  checkPath('exec', exec);
  checkPath('workingDirectory', workingDirectory);
  if (user !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user))
    throw new ConfigError('user', `expected the name or number of a user, got ${JSON.stringify(user)}`);
  const stop = Number.isFinite(disconnectTimeout) ? Math.ceil(disconnectTimeout / 1000) + stopMargin : 'infinity';
  const lines = [
    '[Unit]',
    `Description=${plain('description', description)}`,
    'After=network-online.target',
    'Wants=network-online.target',
    '',
    '[Service]',
    'Type=notify',
    '# Notifications are written to this descriptor (systemd 253 and later). Before that, systemd-notify sends them.',
    'OpenFile=/run/systemd/notify:notify:graceful',
    'NotifyAccess=all',
    ...(user === undefined ? [] : [`User=${user}`]),
    `WorkingDirectory=${plain('workingDirectory', workingDirectory)}`,
    '# A link is not resolved, so a restart finds the next release.',
    `Environment=${word('workingDirectory', `PWD=${workingDirectory}`)}`,
    `ExecStart=${[exec, ...args].map((each) => argument('args', each)).join(' ')}`,
    `ExecReload=${reload.map((each) => (each === '$MAINPID' ? each : argument('reload', each))).join(' ')}`,
    `WatchdogSec=${watchdog}`,
    '# SIGTERM goes to the master alone, which stops its workers.',
    'KillMode=mixed',
    `# More than disconnectTimeout${Number.isFinite(disconnectTimeout) ? ` (${disconnectTimeout / 1000} s)` : ''}.`,
    `TimeoutStopSec=${stop}`,
    'Restart=on-failure',
    `RuntimeDirectory=${name}`,
    'RuntimeDirectoryMode=0700',
    '',
    '# Hardening. Remove a line if the service needs what it forbids.',
    'NoNewPrivileges=yes',
    'ProtectSystem=full',
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelLogs=yes',
    'ProtectControlGroups=yes',
    'RestrictSUIDSGID=yes',
    'RestrictRealtime=yes',
    'RestrictNamespaces=yes',
    'LockPersonality=yes',
    'SystemCallArchitectures=native',
    'UMask=0027',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return `${lines.join('\n')}\n`;
};

const checkPath = (option: string, path: string): void => {
  if (!path.startsWith('/')) throw new ConfigError(option, `expected an absolute path, got ${JSON.stringify(path)}`);
};

/** A value that is not split into words: only what systemd calls a specifier has to be escaped. */
const plain = (option: string, value: string): string => {
  if (/\p{Cc}/u.test(value) || value.endsWith('\\'))
    throw new ConfigError(option, `expected text without control characters, got ${JSON.stringify(value)}`);
  return value.replaceAll('%', '%%');
};

/** A word of a command line, in which a dollar sign would be a variable. */
const argument = (option: string, value: string): string => word(option, value).replaceAll('$', '$$$$');

/** A word, quoted if it has to be. */
const word = (option: string, value: string): string => {
  const escaped = plain(option, value);
  return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
};
