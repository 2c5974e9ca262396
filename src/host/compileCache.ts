import { chownSync, mkdtempSync, rmSync } from 'node:fs';
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
  let folder: string | undefined;
  const make = (): string | undefined => {
    try {
      folder = mkdtempSync(join(tmpdir(), 'proteus-cluster-'));
      if (uid !== undefined || gid !== undefined) chownSync(folder, uid ?? process.getuid?.() ?? -1, gid ?? -1);
      process.once('exit', remove);
      return folder;
    } catch {
      return undefined;
    }
  };
  const remove = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
    process.off('exit', remove);
  };
  let tried = false;
  return {
    env: () => {
      if (!tried) make();
      tried = true;
      return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
    },
    remove,
  };
};

/** Coverage is less exact with a cache. */
const settled = (): boolean =>
  ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'].some(
    (name) => process.env[name] !== undefined,
  );
