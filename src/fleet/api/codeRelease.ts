import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version in the package.json of a program, in its folder or the next one above that has one. Empty if there is none. */
export const codeRelease = (exec: unknown, cwd: unknown): string => {
  const path = pathOf(exec);
  if (path === undefined) return '';
  let folder = dirname(resolve(pathOf(cwd) ?? '.', path));
  for (;;) {
    const version = versionIn(join(folder, 'package.json'));
    if (version !== undefined) return version;
    const above = dirname(folder);
    if (above === folder) return '';
    folder = above;
  }
};

const pathOf = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.startsWith('file:') ? fileURLToPath(value) : value;
};

const versionIn = (file: string): string | undefined => {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof content !== 'object' || content === null) return undefined;
    return 'version' in content && typeof content.version === 'string' ? content.version : '';
  } catch {
    return undefined;
  }
};
