import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { ConfigError } from '../index.js';
import { shownPath } from './findFile.js';
import { jsonPosition } from './jsonPosition.js';
import { positionOf } from './positionOf.js';
import { isRecord, showValue } from './values.js';

const modules = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];
/** pm2 evaluates its JSON files as JavaScript, so they may have comments. */
const evaluationTimeoutMs = 1_000;

/** What a file has. */
export interface FileContent {
  readonly content: unknown;
  /** Whether a function has returned it, which knows the profile. */
  readonly returned: boolean;
}

/** What a configuration file exports; if that is a function, what it returns. Rejects with `ConfigError` for a file that cannot be read. */
export const readFile = async (file: string, profile: string | undefined): Promise<FileContent> => {
  const ending = extname(file);
  if (ending === '.json') return { content: readJson(file), returned: false };
  if (ending === '.yml' || ending === '.yaml')
    throw new ConfigError(
      shownPath(file),
      'expected JavaScript, TypeScript or JSON, got YAML',
      'Write it as ecosystem.config.js or proteus.config.json',
    );
  if (!modules.includes(ending))
    throw new ConfigError(shownPath(file), `expected a file that ends in ${modules.join(', ')} or .json`);
  const { exported } = await importDefault(file);
  const returned = typeof exported === 'function';
  try {
    const content: unknown = await settled(returned ? exported({ profile }) : exported);
    return { content, returned };
  } catch (error) {
    if (error === unsettled) throw neverSettled(file);
    throw failure(error, file, returned ? 'the function threw' : 'the promise rejected with');
  }
};

/** Why a value does not come, if its promise is one that nothing is left to settle. */
const unsettled = new Error('nothing can settle it any more');

/** Waits for a value. Without the error the process would end without a word when it has nothing else to do. */
const settled = <T>(value: T): Promise<Awaited<T>> =>
  new Promise((resolve, reject) => {
    const giveUp = () => reject(unsettled);
    process.once('beforeExit', giveUp);
    const done = () => void process.off('beforeExit', giveUp);
    Promise.resolve(value).then(resolve, reject).finally(done);
  });

const neverSettled = (file: string): ConfigError =>
  new ConfigError(
    shownPath(file),
    'expected a configuration, got a promise that nothing can settle any more',
    'Look at what it waits for',
  );

/** In an object, because it may be a promise. */
const importDefault = async (file: string): Promise<{ readonly exported: unknown }> => {
  let exported: unknown;
  try {
    exported = await settled(import(pathToFileURL(file).href));
  } catch (error) {
    if (error === unsettled) throw neverSettled(file);
    throw importFailure(error, file);
  }
  const content = isRecord(exported) ? exported['default'] : undefined;
  // As TypeScript and Babel compile `export default` for CommonJS.
  const inner = isRecord(content) && content['__esModule'] === true ? content['default'] : content;
  if (inner === undefined || (isRecord(inner) && Object.keys(inner).length === 0 && !(inner instanceof Promise)))
    throw new ConfigError(
      shownPath(file),
      `expected the configuration as default export, got ${inner === undefined ? 'none' : 'an empty object'}`,
      'Write export default { … }, or module.exports = { … } in CommonJS',
    );
  return { exported: inner };
};

const importFailure = (error: unknown, file: string): ConfigError => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(file))
    return because(
      error,
      new ConfigError(
        shownPath(file),
        `expected a Node that runs TypeScript, 22.18 or later, got ${process.versions.node}`,
        `Rename it to ${basename(file).replace(/ts$/, 'js')} and remove its types (defineConfig checks it there too), or set NODE_OPTIONS='--import tsx'`,
      ),
    );
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
    return because(error, new ConfigError(shownPath(file), messageOf(error).split('\n')[0] ?? ''));
  if (error instanceof SyntaxError)
    return because(error, new ConfigError(positionOf(error, file), `a syntax error: ${error.message}`));
  return failure(error, file, 'the file threw');
};

/** The error for what the code of a file has thrown. */
export const failure = (error: unknown, file: string, what: string): ConfigError => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : showValue(error);
  return because(error, new ConfigError(positionOf(error, file), `${what} ${text}`));
};

const because = (cause: unknown, error: ConfigError): ConfigError => Object.assign(error, { cause });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const readJson = (file: string): unknown => {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch {
    const evaluated = evaluate(text, file);
    if (isRecord(evaluated) && 'apps' in evaluated) return evaluated;
    // The message of JSON.parse would show a part of the file, which may be a secret.
    throw new ConfigError(`${shownPath(file)}:${jsonPosition(text)}`, 'expected JSON, got a syntax error');
  }
};

const readText = (file: string): string => {
  try {
    // Some editors begin a file with a byte order mark.
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw because(error, new ConfigError(shownPath(file), `cannot be read: ${messageOf(error)}`));
  }
};

const evaluate = (text: string, filename: string): unknown => {
  try {
    return runInNewContext(`(${text}\n)`, {}, { filename, timeout: evaluationTimeoutMs });
  } catch {
    return undefined;
  }
};
