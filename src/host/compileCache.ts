import { chownSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The compile cache that the workers of a cluster share. */
export interface CompileCache {
  /** The environment variables that a worker needs to use it. */
  readonly env: () => Readonly<Record<string, string>>;
  /** Removes the folder. Call it when no worker is left. */
  readonly remove: () => void;
}

const noCache: CompileCache = { env: () => ({}), remove: () => {} };

/**
 * Creates a compile cache folder for the workers of a cluster, so that only the first workers compile what they load. Node before 22.8 has no compile cache. If the environment
 * already configures one, nothing is changed.
 *
 * The cached code is executed, so no other user may write there: the folder is new, has an unpredictable name and is accessible to its owner only (`mkdtemp`). It is removed after the last worker.
 * If it cannot be created, there is no cache; if it cannot be removed, it is left.
 */
export const compileCache = (isEnabled: boolean, uid: number | undefined, gid: number | undefined): CompileCache => {
  if (!isEnabled || !('enableCompileCache' in module) || isConfigured()) return noCache;
  let folder: Folder | undefined;
  return {
    env: () => {
      if (folder === undefined || !isThere(folder)) folder = createFolder(uid, gid);
      return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder.path };
    },
    remove: () => {
      if (folder !== undefined) removeFolder(folder);
    },
  };
};

interface Folder {
  readonly path: string;
  readonly ino: number;
}

/** The existing folders. They are also removed when the master exits without waiting for its workers. */
const folders = new Set<Folder>();

const createFolder = (uid: number | undefined, gid: number | undefined): Folder | undefined => {
  let folder: Folder | undefined;
  try {
    folder = newFolder();
    if (uid !== undefined || gid !== undefined) chownSync(folder.path, uid ?? process.getuid?.() ?? -1, gid ?? -1);
    return folder;
  } catch {
    // It is there, and cannot be given to the user of the workers. The next fork tries again.
    if (folder !== undefined) removeFolder(folder);
    return undefined;
  }
};

const newFolder = (): Folder => {
  const path = mkdtempSync(join(tmpdir(), 'proteus-cluster-'));
  const folder = { path, ino: lstatSync(path).ino };
  if (folders.size === 0) process.on('exit', removeAllFolders);
  folders.add(folder);
  return folder;
};

/** System tools delete old files in /tmp, and then another user could take the name. */
const isThere = ({ path, ino }: Folder): boolean => {
  try {
    const stats = lstatSync(path);
    return stats.ino === ino && (stats.mode & 0o777) === 0o700;
  } catch {
    return false;
  }
};

const removeFolder = (folder: Folder): void => {
  if (folders.delete(folder) && isThere(folder)) removeIfPossible(folder.path);
  if (folders.size === 0) process.off('exit', removeAllFolders);
};

const removeIfPossible = (path: string): void => {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // With `uid` it belongs to the user of the workers, and a root without CAP_DAC_OVERRIDE cannot read it.
  }
};

const removeAllFolders = (): void => {
  for (const folder of folders) removeFolder(folder);
};

/** With NODE_V8_COVERAGE there is no cache, because it makes coverage less exact. */
const isConfigured = (): boolean =>
  ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'].some(
    (name) => process.env[name] !== undefined,
  );
