import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFolder, createFolderInBackground } from '../../src/log/createFolder.js';

const fresh = () => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

describe.each([
  ['at once', async (folder: string) => createFolder(folder)],
  ['in the background', createFolderInBackground],
])('%s', (_, create) => {
  test('missing folders are created, for their owner and their group only', async () => {
    const folder = join(fresh(), 'a', 'b');
    await create(folder);
    await create(folder);
    expect(statSync(folder).mode & 0o7027).toBe(0);
  });

  test('two at the same time create one', async () => {
    const folder = join(fresh(), 'a', 'b');
    await Promise.all([create(folder), create(folder)]);
    expect(existsSync(folder)).toBe(true);
  });

  test('a file in the way is an error', async () => {
    const folder = fresh();
    writeFileSync(join(folder, 'a'), '');
    await expect(create(join(folder, 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test('a folder in which the system creates none, and says that it does not exist, is an error', async () => {
    await expect(create('/proc/none/b')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
