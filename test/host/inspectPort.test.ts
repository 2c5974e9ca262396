import { expect, test } from 'vitest';
import { inspectPort, startsInspector } from '../../src/host/inspectPort.js';

test.each([
  [['--inspect'], 9_231],
  [['--inspect-brk'], 9_231],
  [['--inspect-wait=9300'], 9_302],
  [['--inspect=9300'], 9_302],
  [['--inspect=0.0.0.0:9300'], 9_302],
  [['--inspect=[::1]:9300'], 9_302],
  [['--inspect=localhost'], 9_231],
  [['--inspect-port=9300'], 9_302],
  [['--inspect-port', '9300', '--inspect'], 9_302],
  [['--debug-port=9300'], 9_302],
  [['--inspect=9300', '--inspect-port=9400'], 9_402],
  [['--inspect=9300', '--inspect'], 9_302],
  [['--inspect=0'], 0],
  [['--inspect=65533'], 65_535],
])('%j gives slot 2 the port %d', (args, expected) => {
  expect(inspectPort(args, 2)).toBe(expected);
});

test.each([[[]], [['--enable-source-maps']], [['--inspect-publish-uid=http']]])(
  '%j does not enable the inspector',
  (args) => expect(inspectPort(args, 2)).toBeUndefined(),
);

test.each(['--inspect=99999', '--inspect=80', '--inspect=', '--inspect-brk=localhost:65534', '--inspect-port=70000'])(
  '%s is refused with two slots',
  (arg) => {
    expect(() => inspectPort([arg], 2)).toThrow(
      `execArgv: expected an inspector port that is 0, or from 1024 to 65533, got ${arg}`,
    );
  },
);

test('a process that is in no slot yet gets any free port', () => {
  expect(inspectPort(['--inspect=9300'], 0)).toBe(0);
  expect(inspectPort([], 0)).toBeUndefined();
});

test('the inspector is started by --inspect in all its forms, and not by what only says where', () => {
  for (const arg of ['--inspect', '--inspect=0', '--inspect-brk', '--inspect-wait=127.0.0.1:0'])
    expect(startsInspector(['--enable-source-maps', arg])).toBe(true);
  for (const arg of ['--inspect-port=0', '--inspect-publish-uid=http', '--inspector', ''])
    expect(startsInspector([arg])).toBe(false);
});
