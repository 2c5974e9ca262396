import { chownSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the workers of a cluster share what V8 has compiled. */
export interface CompileCache {
  /** What its workers have in their environment for it. */
  readonly env: () => Readonly<Record<string, string>>;
  /** No worker is left. */
  readonly remove: () => void;
}

const none: CompileCache = { env: () => ({}), remove: () => {} };

/**
 * A folder that the workers of a cluster share, so that all but the first ones need not compile again what they load. Node before 22.8 has no such cache, and where the environment
 * says something about it that is left as it is.
 *
 * What is in it is run, so nobody else may write there: the folder is made anew, with a name that nobody can know before and for its owner alone (`mkdtemp`), and goes with the last worker.
 * Where none can be made there is no cache.
 */
export const compileCache = (wanted: boolean, uid: number | undefined, gid: number | undefined): CompileCache => {
  if (!wanted || !('enableCompileCache' in module) || settled()) return none;
  let folder: Folder | undefined;
  return {
    env: () => {
      if (folder === undefined || !isThere(folder)) folder = make(uid, gid);
      return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder.path };
    },
    remove: () => {
      if (folder !== undefined) discard(folder);
    },
  };
};

interface Folder {
  readonly path: string;
  readonly ino: number;
}

/** Those that are there. A master that ends without waiting for its workers removes them, too. */
const folders = new Set<Folder>();

const make = (uid: number | undefined, gid: number | undefined): Folder | undefined => {
  try {
    const path = mkdtempSync(join(tmpdir(), 'proteus-cluster-'));
    const folder = { path, ino: lstatSync(path).ino };
    if (folders.size === 0) process.on('exit', discardAll);
    folders.add(folder);
    if (uid !== undefined || gid !== undefined) chownSync(path, uid ?? process.getuid?.() ?? -1, gid ?? -1);
    return folder;
  } catch {
    return undefined;
  }
};

/** What has not been used for long is cleared away from /tmp, and then the name is free for anybody. */
const isThere = ({ path, ino }: Folder): boolean => {
  const there = lstatSync(path, { throwIfNoEntry: false });
  return there?.ino === ino && (there.mode & 0o777) === 0o700;
};

const discard = (folder: Folder): void => {
  if (folders.delete(folder) && isThere(folder)) rmSync(folder.path, { recursive: true, force: true });
  if (folders.size === 0) process.off('exit', discardAll);
};

const discardAll = (): void => {
  for (const folder of folders) discard(folder);
};

/** Coverage is less exact with a cache. */
const settled = (): boolean =>
  ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'].some(
    (name) => process.env[name] !== undefined,
  );
