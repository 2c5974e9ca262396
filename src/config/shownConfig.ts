import { isObservable } from 'rxjs';
import type { Config } from './options.js';

/** Left out where a configuration is shown. */
const hidden: ReadonlySet<string> = new Set(['env']);
const secretName =
  /token|secret|passw|passphrase|^pass$|^pwd$|^dsn$|cookie|credential|authori[sz]ation|api.?key|access.?key|private.?key/i;
const secretArgument =
  /^(?:-{0,2}[\w.-]*(?:token|secret|passw|passphrase|credential|auth|key)[\w.-]*|-{1,2}pass|-{1,2}pwd)$/i;
/** An argument with a name and a value: `--name=…`, `--name:…` or `NAME=…`. */
const namedArgument = /^(-{1,2}[^=:]+[=:]|[\w.-]+=)(.*)$/s;
/** The user and the password of a URL. */
const urlCredentials = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#]*@/gi;
/** A parameter of a URL whose name says that its value is secret. */
const urlSecret =
  /([?&](?:[\w.-]*[_.-])?(?:(?:access|auth|id|refresh)?token|secret|password|passwd|credential|auth|(?:api|access)?key|signature|sig)=)[^&#\s]*/gi;
const masked = '***';
const maxDepth = 4;

/** A configuration as plain data that may be shown to an operator: without the environment, with secrets masked. */
export const shownConfig = (config: Config | object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries<unknown>({ ...config })
      .filter(([name, value]) => value !== undefined && !hidden.has(name))
      .map(([name, value]) => [
        name,
        name === 'args' || name === 'execArgv' ? shownArguments(value) : shown(name, value, 0),
      ]),
  );

const shown = (name: string, value: unknown, depth: number): unknown => {
  if (secretName.test(name)) return masked;
  if (typeof value === 'function') return '(function)';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return withoutCredentials(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof URL) return withoutCredentials(value.href);
  if (isObservable(value)) return '(Observable)';
  if (name === 'log' && 'child' in value) return '(pino logger)';
  if (depth === maxDepth) return '(object)';
  if (Array.isArray(value)) return value.map((entry) => shown('', entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([entry]) => !hidden.has(entry))
      .map(([entry, inner]) => [entry, shown(entry, inner, depth + 1)]),
  );
};

const withoutCredentials = (text: string): string =>
  text.replaceAll(urlCredentials, `$1${masked}@`).replaceAll(urlSecret, `$1${masked}`);

/** Masks the value of an argument such as `--token=…`, `--token …` or `TOKEN=…`. */
const shownArguments = (value: unknown): unknown => {
  if (!Array.isArray(value)) return shown('', value, 0);
  return value.map((argument: unknown, at) => {
    const before: unknown = value[at - 1];
    if (typeof before === 'string' && before.startsWith('-') && secretArgument.test(before)) return masked;
    if (typeof argument !== 'string') return argument;
    const [, name = ''] = namedArgument.exec(argument) ?? [];
    return secretArgument.test(name.slice(0, -1)) ? `${name}${masked}` : withoutCredentials(argument);
  });
};
