import { accessSync, constants } from 'node:fs';

/** The error code why a file cannot be read; `undefined` if it can. */
export const whyUnreadable = (file: string): string | undefined => {
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};
