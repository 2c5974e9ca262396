import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Io } from '../../src/cli/command.js';
import { startup } from '../../src/cli/commands/startup.js';
import { fresh } from '../process/harness.js';

/** The current folder, through a link, as a shell enters it. */
const currentFolder = (): string => {
  const link = join(fresh({}), 'current');
  symlinkSync(process.cwd(), link);
  return link;
};

const run = async (
  words: readonly string[],
  options: Readonly<Record<string, string>> = {},
  PWD = currentFolder(),
): Promise<readonly string[]> => {
  let printed = '';
  const io: Io = {
    out: (text) => (printed += text),
    err: () => {},
    paint: (_, text) => text,
    width: 80,
    height: 24,
    terminal: false,
    env: { PWD },
  };
  expect(await startup.run({ words, options, rest: [] }, io)).toBe(0);
  return printed.split('\n');
};

test('the unit starts the file, and its reload waits for the restart', async () => {
  const current = currentFolder();
  const lines = await run(['server.js'], { user: 'shop', name: 'shop', timeout: '5000' }, current);
  expect(lines).toEqual(
    expect.arrayContaining([
      'Type=notify',
      'User=shop',
      `WorkingDirectory=${current}`,
      'RuntimeDirectory=shop',
      'TimeoutStopSec=35',
      expect.stringMatching(/^ExecStart=\/\S+ \/\S+ start server\.js$/),
      expect.stringMatching(/^ExecReload=\/\S+ \/\S+ restart \$MAINPID$/),
    ]),
  );
});

test('the name is that of the file, or of the folder of a configuration', async () => {
  expect(await run(['lib/web.js'])).toContain('RuntimeDirectory=web');
  expect(await run([])).toContain('RuntimeDirectory=current');
  expect(await run(['proteus.config.js'])).toContain('RuntimeDirectory=current');
});

test('$PWD is not believed where it names another folder than the current one', async () => {
  const here = `WorkingDirectory=${process.cwd()}`;
  expect(await run(['web.js'], {}, fresh({}))).toContain(here);
  expect(await run(['web.js'], {}, join(fresh({}), 'missing'))).toContain(here);
  expect(await run(['web.js'], {}, '.')).toContain(here);
  expect(await run(['web.js'], {}, `/${'x'.repeat(300)}`)).toContain(here);
});

test('what a unit cannot contain is an error of the command line', async () => {
  await expect(run([], { name: '../x' })).rejects.toThrow('name: expected letters, digits, dots');
  await expect(run(['my shop.js'])).rejects.toThrow(/got "my shop"\. .*\. --name <name> gives another one$/);
  await expect(run(['a.js', 'b.js'])).rejects.toThrow('startup: expected one file, got a.js b.js');
});
