import { fileURLToPath } from 'node:url';

/** A path as text, of a `file:` URL too, as an object or as text (`import.meta.resolve('./worker.js')`). Throws for a URL of another kind. */
export const pathOf = (path: string | URL): string =>
  typeof path === 'string' && !path.startsWith('file:') ? path : fileURLToPath(path);

/** Whether somebody's option names a path. */
export const isPath = (value: unknown): value is string | URL => {
  if (typeof value !== 'string' && !(value instanceof URL)) return false;
  try {
    const path = pathOf(value);
    return path !== '' && !path.includes('\0');
  } catch {
    return false;
  }
};
