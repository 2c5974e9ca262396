import { fileURLToPath } from 'node:url';

/** The path of a path or a `file:` URL, which may be an object or a string (`import.meta.resolve('./worker.js')`). Throws for any other URL. */
export const pathOf = (path: string | URL): string =>
  typeof path === 'string' && !path.startsWith('file:') ? path : fileURLToPath(path);

/** Whether a value is a path or a `file:` URL. */
export const isPath = (value: unknown): value is string | URL => {
  if (typeof value !== 'string' && !(value instanceof URL)) return false;
  try {
    const path = pathOf(value);
    return path !== '' && !path.includes('\0');
  } catch {
    return false;
  }
};
