import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { shownPath } from './findFile.js';

/** A file with a line, and a column if there is one: at the beginning of a stack, or in a frame of it. */
const place = /(?:^|[( ])((?:file:\/\/)?\/[^\n()]*?):(\d+)(?::(\d+))?(?=\)|$)/m;
/** Node gives no position for a syntax error in an ES module, but checks a file in another process. */
const checkTimeoutMs = 10_000;

/** Where an error was thrown, as `proteus.config.js:3:5`; the file alone if nobody knows the line. */
export const positionOf = (error: unknown, file: string): string => {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const found = place.exec(withoutNode(stack)) ?? (error instanceof SyntaxError ? place.exec(checked(file)) : null);
  if (found === null) return shownPath(file);
  const [, path = '', ...numbers] = found;
  return [shownPath(path.startsWith('file:') ? fileURLToPath(path) : path), ...numbers.filter(Boolean)].join(':');
};

/** Without the frames of Node and of this package. */
const withoutNode = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => !line.includes('node:') && !line.includes(import.meta.url))
    .join('\n');

const checked = (file: string): string =>
  spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', timeout: checkTimeoutMs }).stderr ?? '';
