import { basename, extname } from 'node:path';

/** The name of the cluster that a file is run in, as the option `name` of the library has it. */
export const nameOfFile = (file: string): string => basename(file, extname(file));
