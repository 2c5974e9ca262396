import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { type Config, ConfigError, type EnvironmentVariables } from '../index.js';
import { isText, listOf, showValue } from './values.js';

/** The absolute paths of the option `envFile`. Throws `ConfigError` if it is wrong. */
export const envFiles = (given: unknown, folder: string): readonly string[] =>
  listOf(given).map((path, index) => {
    if (isText(path)) return resolve(folder, path);
    if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path);
    const name = Array.isArray(given) ? `envFile[${index}]` : 'envFile';
    throw new ConfigError(name, `expected a path or a file: URL, got ${showValue(path)}`);
  });

/** The option `env` of a service with environment files: they are read at each fork, and `env` overrides them. Reads them once at the call, and throws `ConfigError` if one cannot be read. */
export const environmentOf = (
  files: readonly string[],
  env: Config['env'] = {},
): Exclude<Config['env'], EnvironmentVariables | undefined> => {
  const read = () => Object.assign({}, ...files.map(variablesOf));
  read();
  return (slotRef) => ({ ...read(), ...(typeof env === 'function' ? env(slotRef) : env) });
};

const variablesOf = (file: string): EnvironmentVariables => {
  const why = unreadable(file);
  if (why !== undefined) throw new ConfigError('envFile', `expected a file that can be read, got ${file} (${why})`);
  // Some editors begin a file with a byte order mark.
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  return Object.fromEntries(
    Object.entries(parseEnv(text)).map(([name, value = '']) => {
      // `parseEnv` takes what lies between two variables for the beginning of a name, also an empty line with a space.
      const trimmed = name.trim();
      if (trimmed === '' || /[\s\0]/.test(trimmed)) throw badLine(file, text, trimmed, 'NAME=value');
      if (value.includes('\0')) throw badLine(file, text, trimmed, 'a value without a NUL character');
      return [trimmed, value];
    }),
  );
};

/** The line is not shown, because it may be a part of a secret. */
const badLine = (file: string, text: string, begin: string, expected: string): ConfigError => {
  const [first = ''] = begin.split('\n', 1);
  const line = text.split('\n').findIndex((each) => each.trim().startsWith(first.trim())) + 1;
  return new ConfigError('envFile', `expected ${expected} in line ${line} of ${file}`);
};

/** Reading a pipe would block the master. */
const unreadable = (file: string): string | undefined => {
  try {
    if (!statSync(file).isFile()) return 'no regular file';
    readFileSync(file);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};
