import { describe, expect, test } from 'vitest';
import { systemdUnit, type UnitOptions } from '../../src/systemd.js';

const shop: UnitOptions = {
  name: 'shop',
  user: 'shop',
  exec: '/usr/bin/node',
  args: ['master.js'],
  workingDirectory: '/srv/shop/current',
};

const lines = (options: Partial<UnitOptions> = {}): readonly string[] =>
  systemdUnit({ ...shop, ...options }).split('\n');

test('the unit of a service', () => {
  expect(lines()).toEqual(
    expect.arrayContaining([
      'Description=shop',
      'Type=notify',
      'OpenFile=/run/systemd/notify:notify:graceful',
      'NotifyAccess=all',
      'User=shop',
      'WorkingDirectory=/srv/shop/current',
      'Environment=PWD=/srv/shop/current',
      'ExecStart=/usr/bin/node master.js',
      'ExecReload=/bin/kill -USR2 $MAINPID',
      'WatchdogSec=30',
      'KillMode=mixed',
      'TimeoutStopSec=150',
      'Restart=on-failure',
      'RuntimeDirectory=shop',
      'RuntimeDirectoryMode=0700',
      'NoNewPrivileges=yes',
      'WantedBy=multi-user.target',
    ]),
  );
});

test('systemd waits longer than the cluster, for ever if the cluster does', () => {
  expect(lines({ disconnectTimeout: 5500 })).toContain('TimeoutStopSec=36');
  expect(lines({ disconnectTimeout: Infinity })).toContain('TimeoutStopSec=infinity');
});

test('a command of its own for reload', () => {
  const reload = ['/usr/bin/proteus', 'reload', '$MAINPID'];
  expect(lines({ reload })).toContain('ExecReload=/usr/bin/proteus reload $MAINPID');
});

test('without a user there is no line for it', () => {
  const { user: _, ...root } = shop;
  expect(systemdUnit(root)).not.toContain('User=');
});

test('words are quoted, and neither variables nor specifiers are expanded', () => {
  const args = ['my master.js', '--title=100% $HOME', 'say "hi"', String.raw`back\slash`];
  expect(lines({ args })).toContain(
    String.raw`ExecStart=/usr/bin/node "my master.js" "--title=100%% $$HOME" "say \"hi\"" "back\\slash"`,
  );
  expect(lines({ workingDirectory: '/srv/my $shop' })).toEqual(
    expect.arrayContaining(['WorkingDirectory=/srv/my $shop', 'Environment="PWD=/srv/my $shop"']),
  );
});

describe('what a unit cannot contain is refused', () => {
  test.for<readonly [string, Partial<UnitOptions>]>([
    ['name: expected letters, digits, dots, underscores and dashes, got "../x"', { name: '../x' }],
    ['exec: expected an absolute path, got "node"', { exec: 'node' }],
    ['workingDirectory: expected an absolute path, got "."', { workingDirectory: '.' }],
    ['user: expected the name or number of a user, got "shop\\nExecStart=x"', { user: 'shop\nExecStart=x' }],
    ['args: expected text without control characters', { args: ['a\nExecStartPre=/bin/sh'] }],
    ['description: expected text without control characters', { description: 'a\nb' }],
  ])('%s', ([message, options]) => {
    expect(() => systemdUnit({ ...shop, ...options })).toThrow(message);
  });
});
