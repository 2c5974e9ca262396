import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireFolder, socketFolder } from '../../control.js';

/** A token that nobody can guess. */
export const randomToken = (): string => randomBytes(24).toString('base64url');

export interface LinkFile {
  readonly path: string;
  /** Removes the file, unless another master has written it meanwhile. */
  readonly remove: () => void;
}

/** Writes the link into the private folder of the control sockets, where only this user can read it. It replaces the one that a dead master has left for the port. */
export const writeLink = (port: number, link: string): LinkFile => {
  const folder = socketFolder();
  requireFolder(folder);
  const path = join(folder, `web-${port}.link`);
  const text = `${link}\n`;
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  return {
    path,
    remove: () => {
      try {
        if (readFileSync(path, 'utf8') === text) rmSync(path, { force: true });
      } catch {
        // Somebody else has removed it.
      }
    },
  };
};
