import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { watch as chokidar } from 'chokidar';
import { Observable } from 'rxjs';
import { ConfigError } from '../vocabulary/errors.js';

/**
 * Watches files, and folders recursively, while subscribed. Emits the absolute path of each file that is added, changed or removed.
 * Inside folders, `node_modules` and names that begin with a dot are ignored. Errors if a path does not exist.
 * `watching` is called when all watchers are active; earlier changes may be missed.
 */
export const watchFiles = (paths: readonly string[], watching: () => void): Observable<string> =>
  new Observable((subscriber) => {
    const roots = paths.map((path) => resolve(path));
    const missing = roots.find((root) => !existsSync(root));
    if (missing !== undefined) {
      throw new ConfigError(
        'paths',
        `expected files or folders that exist, got ${missing}`,
        `Relative paths start at ${process.cwd()}`,
      );
    }
    // The parent folders are watched, so that a path that is removed and created again is not lost.
    const folders = roots.map(dirname);
    const ignored = (path: string) =>
      !folders.includes(path) && roots.every((root) => path !== root && isHidden(relative(root, path)));
    const emit = (path: string) => subscriber.next(path);
    const watcher = chokidar(folders, { ignored, ignoreInitial: true })
      .on('add', emit)
      .on('change', emit)
      .on('unlink', emit)
      .on('error', (error) => subscriber.error(error))
      .on('ready', () => {
        try {
          watching();
        } catch (error) {
          subscriber.error(error);
        }
      });
    return () => void watcher.close();
  });

/** A relative path that leaves the folder begins with a dot too. */
const isHidden = (path: string): boolean =>
  path.split(sep).some((name) => name === 'node_modules' || name.startsWith('.'));
