// Whether dist has been built from what is there now. Several commands build first, and most of them find it done.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `dist` depends on: the sources, what builds them, and the versions of the dependencies. */
const inputs = [
  'src',
  'scripts/build.js',
  'scripts/buildInputs.js',
  'scripts/buildPage.js',
  'scripts/writeLicenses.js',
  'package.json',
];
const optional = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

const filesOf = (root, name) =>
  readdirSync(join(root, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => join(parentPath, file))
    .toSorted();

/** A hash of the names and the contents of all inputs. */
export const hashOfInputs = (root) => {
  const hash = createHash('sha256').update(process.version);
  const [folder, ...files] = inputs;
  const present = optional.filter((name) => existsSync(join(root, name)));
  for (const file of [...filesOf(root, folder), ...[...files, ...present].map((name) => join(root, name))])
    hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  return hash.digest('hex');
};

/** Not a file of the package. It is written last, and removed with `dist` before a build begins. */
const stampOf = (root) => join(root, 'dist', '.inputs');

export const isBuilt = (root, hash) => existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === hash;

export const markBuilt = (root, hash) => writeFileSync(stampOf(root), hash);
