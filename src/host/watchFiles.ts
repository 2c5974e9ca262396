import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { watch as chokidar } from 'chokidar';
import { Observable } from 'rxjs';
import { ConfigError } from '../vocabulary/errors.js';

/**
 * Watches files, and folders with all that is in them, while subscribed. Emits the absolute path of each file that is added, changed or removed.
 * Below a folder, `node_modules` and what begins with a dot are left out. Errors if a path is not there, before anything is watched.
 * `watching` is called when everything is watched: what changes before it may go unnoticed.
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
    // By way of their folders, so that one that is removed and made again is not lost.
    const folders = roots.map(dirname);
    const ignored = (path: string) =>
      !folders.includes(path) && roots.every((root) => path !== root && isHidden(relative(root, path)));
    const tell = (path: string) => subscriber.next(path);
    const watcher = chokidar(folders, { ignored, ignoreInitial: true })
      .on('add', tell)
      .on('change', tell)
      .on('unlink', tell)
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

/** What lies outside of a folder begins with a dot, too. */
const isHidden = (path: string): boolean =>
  path.split(sep).some((name) => name === 'node_modules' || name.startsWith('.'));
