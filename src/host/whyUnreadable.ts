import { accessSync, constants } from 'node:fs';

/** Why a file cannot be read, by the system's code; `undefined` where it can. */
export const whyUnreadable = (file: string): string | undefined => {
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};
