import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { ConfigError } from '../../index.js';
import { isRecord } from '../values.js';
import { wordsOf } from './words.js';

/** A file for Node, and how it is run. */
export interface Script {
  readonly exec: string;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const packageManagers = new Set(['npm', 'yarn', 'pnpm']);
const ofNode = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);
/** What a shell would not take literally. */
const shellSyntax = /[|&;<>()$`\\*?]/;
/** Arguments of Node whose value is the next word. */
const withValue = new Set(['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions']);

/** The file that an app of pm2 runs: a file, a command such as `node server.js`, or a script of package.json that is such a command. Throws `ConfigError` if Node cannot run it. */
export const scriptOf = (script: string, args: readonly string[], cwd: string): Script => {
  if (!script.includes(' ') && existsSync(resolve(cwd, script))) return { ...plain(fileOf(script, cwd, script)), args };
  return commandOf([...wordsOf(script), ...args], cwd, script);
};

const commandOf = (words: readonly string[], cwd: string, shown: string): Script => {
  const [command = '', ...rest] = words;
  if (/^\w+=/.test(command)) {
    const [name = '', ...value] = command.split('=');
    const inner = commandOf(rest, cwd, shown);
    return { ...inner, env: { [name]: value.join('='), ...inner.env } };
  }
  if (command === 'cross-env') return commandOf(rest, cwd, shown);
  if (packageManagers.has(nameOf(command))) return packageScript(nameOf(command), rest, cwd);
  if (nameOf(command) === 'node') return nodeCommand(rest, cwd, shown);
  const bin = join(cwd, 'node_modules/.bin', command);
  const exec = existsSync(bin) ? bin : command;
  return { ...plain(fileOf(exec, cwd, shown)), args: rest };
};

const plain = (exec: string): Script => ({ exec, args: [], execArgv: [], env: {} });

const nameOf = (command: string): string => command.split('/').at(-1) ?? '';

const nodeCommand = (words: readonly string[], cwd: string, shown: string): Script => {
  const at = words.findIndex((word, index) => !word.startsWith('-') && !withValue.has(words[index - 1] ?? ''));
  const exec = words[at];
  if (exec === undefined) throw refused(shown, 'Name the file that node runs');
  return { ...plain(fileOf(exec, cwd, shown)), execArgv: words.slice(0, at), args: words.slice(at + 1) };
};

/** What `npm start` and `npm run name` run, without a shell between. */
const packageScript = (manager: string, words: readonly string[], cwd: string): Script => {
  const [first, second, ...more] = words;
  const name = first === 'run' || first === 'run-script' ? second : first;
  const rest = (name === second ? more : words.slice(1)).filter((word) => word !== '--');
  const command = name === undefined ? undefined : scriptsIn(cwd)[name];
  const called = [manager, ...words].join(' ');
  if (command === undefined)
    throw refused(
      called,
      `There is no script ${name ?? ''} in ${join(cwd, 'package.json')}. Name the file that it runs`,
    );
  if (shellSyntax.test(command)) throw refused(called, `It needs a shell: ${name}. Name the file that it runs`);
  const next = wordsOf(command);
  if (packageManagers.has(nameOf(next[0] ?? ''))) throw refused(called, 'Name the file that it runs');
  return commandOf([...next, ...rest], cwd, called);
};

const scriptsIn = (cwd: string): Readonly<Record<string, string>> => {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
    const scripts = isRecord(manifest) && isRecord(manifest['scripts']) ? manifest['scripts'] : {};
    return Object.fromEntries(Object.entries(scripts).map(([name, command]) => [name, String(command)]));
  } catch {
    return {};
  }
};

const fileOf = (path: string, cwd: string, shown: string): string => {
  const file = resolve(cwd, path);
  if (ofNode.has(extname(file))) return file;
  // As `require` finds it.
  if (!existsSync(file) && existsSync(`${file}.js`)) return `${file}.js`;
  const begin = beginOf(file);
  if (
    begin === undefined ||
    !(begin.startsWith('#!') ? /node|env tsx/.test(begin) : /^[\t\r\n\x20-\x7e]*$/.test(begin))
  )
    throw refused(shown, 'Name a file of JavaScript; keep other programs with systemd');
  return file;
};

const beginOf = (file: string): string | undefined => {
  try {
    const descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(64);
    const length = readSync(descriptor, buffer);
    closeSync(descriptor);
    return buffer.toString('latin1', 0, length).split('\n')[0];
  } catch {
    return undefined;
  }
};

const refused = (shown: string, fix: string): ConfigError =>
  new ConfigError('script', `expected a file that Node runs, got ${JSON.stringify(shown.slice(0, 60))}`, fix);
