import { expect, test } from 'vitest';
import type { Io } from '../../../src/cli/command.js';
import { main } from '../../../src/cli/main.js';
import { plain } from '../../../src/cli/style.js';

const run = async (...args: readonly string[]) => {
  const written = { out: '', err: '' };
  const io: Io = {
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
    paint: plain,
    width: 120,
    height: 40,
    terminal: false,
    env: {},
  };
  return { code: await main(args, io), ...written };
};

test('fleet alone lists its commands, and is no command itself', async () => {
  const { code, out } = await run('fleet');
  expect(code).toBe(2);
  expect(out).toMatch(/^ {2}fleet ls +Shows the hosts of a fleet/m);
  expect(await run('fleet', '--help')).toEqual({ code: 0, out, err: '' });
  expect(await run('help', 'fleet')).toEqual({ code: 0, out, err: '' });
});

test('a command of two words has its own help', async () => {
  const { code, out } = await run('fleet', 'restart', '--help');
  expect(code).toBe(0);
  expect(out).toContain('proteus fleet restart <service>');
  expect(await run('help', 'fleet', 'restart')).toEqual({ code: 0, out, err: '' });
  expect((await run('help', 'fleet', 'list')).out).toContain('proteus fleet ls [service]');
});

test('the help of the program has one line for all of them', async () => {
  const { out } = await run('--help');
  expect(out).toMatch(/^ {2}fleet +ls, top, logs, events, restart, status, resume, abort: see proteus fleet --help$/m);
});

test.for([
  [['fleet', 'lss'], 'fleet lss is not a command. Did you mean fleet ls?\nSee: proteus --help'],
  [['fleet', '--json'], 'expected a command before --json, such as proteus fleet ls'],
  [
    ['fleet', 'restart', '--servers', 'n:4222', '--fleet', 'f'],
    'fleet restart: expected the name of a service\nSee: proteus fleet restart --help',
  ],
  [['fleet', 'ls', 'a', 'b'], 'fleet ls: expected one service, got a b'],
  [['fleet', 'ls', '--servers', 'n:4222'], '--servers: expected the name of the fleet with it: --fleet <name>'],
  [['fleet', 'ls', '--fleet', 'f'], '--fleet: expected --servers with it, such as --servers nats-1:4222'],
  [['fleet', 'restart', 'shop', '--soak', '60'], '--soak: expected a time such as 90s, 5m or 2h, got 60'],
  [['fleet', 'restart', 'shop', '--batch', '0'], '--batch: expected a whole number from 1 on, got 0'],
  [['fleet', 'logs', '--level', 'all'], '--level: expected one of trace, debug, info, warn, error, fatal, got all'],
] as const)('%s is an error', async ([args, message]) => {
  const { code, err } = await run(...args);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(`proteus: ${message}`) });
});
