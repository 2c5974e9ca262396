import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mutated, sourceOf, testOf } from './source.js';

/** Makes one mutation in the copy, runs its test, and undoes it. Resolves with the outcome. */
export const attempt = async (folder, tests, mutation) => {
  const path = join(folder, sourceOf(mutation));
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(folder, mutation));
  try {
    if (usesDist(folder, mutation)) await build(folder);
    const result = await tests.run({
      test: testOf(mutation),
      red: mutation.red === undefined ? undefined : `^${escaped(mutation.red)}$`,
      changed: sourceOf(mutation),
    });
    if (result === 'late') return 'late';
    if (result.broken) return 'broken';
    if (result.ran === 0) return 'no such test';
    return result.failed.length > 0 || result.errors > 0 ? 'red' : 'survived';
  } finally {
    writeFileSync(path, original);
  }
};

/** A mutation may be wrong in its types, which are checked when all is bundled. */
const build = (folder) =>
  promisify(execFile)(process.execPath, ['scripts/build.js'], { cwd: folder }).catch(() => undefined);

/** Tests of real processes run what has been built. */
const usesDist = (folder, mutation) =>
  mutation.test.startsWith('process/') ||
  readFileSync(join(folder, testOf(mutation)), 'utf8').includes('process/harness');

const escaped = (text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
