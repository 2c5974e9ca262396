import { cpSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const left = new Set(['.git', '.simulation', 'dist', 'node_modules']);

/** A copy of the repository that a mutation may change, with the installed packages of the original. Returns its path. */
export const copyOf = (root) => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-mutate-'));
  for (const name of readdirSync(root).filter((entry) => !left.has(entry))) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.includes('/node_modules'),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
};
