import { existsSync, mkdirSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Permissions of a folder that is created: the group may read it, for log shippers. */
const mode = 0o750;

/**
 * Creates a folder and those above it that are missing. Node's own `recursive` never ends where a folder cannot be created and the system says ENOENT, as in `/proc` and at the mount points of autofs.
 */
export const createFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  createFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!isThere(error)) throw error;
  }
};

/** The same without blocking. */
export const createFolderInBackground = async (folder: string): Promise<void> => {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (exists) return;
  await createFolderInBackground(dirname(folder));
  await mkdir(folder, { mode }).catch((error: unknown) => {
    if (!isThere(error)) throw error;
  });
};

/** Another process has created it meanwhile. */
const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';
