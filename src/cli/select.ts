import { connect, type Master, masters, SelectionError } from '../client.js';
import type { Input, Io, Options } from './command.js';
import { harmless } from './harmless.js';
import { textOption } from './readOption.js';
import { UsageError } from './usageError.js';

/** The options that select a master, besides a target. */
export const remoteOptions: Options = {
  url: { value: 'url', text: 'A master on TCP; its token is read from PROTEUS_TOKEN.' },
};

export const selectOptions: Options = {
  all: { short: 'a', text: 'All masters.' },
  ...remoteOptions,
};

/** The target and the other words of a command that needs these words. Throws `UsageError` for more or fewer. */
export const targetAnd = (
  command: string,
  { words }: Input,
  names: readonly string[],
): { readonly target: string | undefined; readonly values: readonly string[] } => {
  const missing = names[words.length];
  if (missing !== undefined) throw new UsageError(`${command}: expected <${missing}>`);
  if (words.length > names.length + 1)
    throw new UsageError(
      `${command}: expected ${['[target]', ...names.map((name) => `<${name}>`)].join(' ')}, got ${words.join(' ')}`,
    );
  return words.length === names.length
    ? { target: undefined, values: words }
    : { target: words[0], values: words.slice(1) };
};

/** The masters that a command line selects: the one that fits the target, that of `--url`, or all. Rejects with `SelectionError` if there is none. */
export const selectMasters = async (
  input: Input,
  target: string | undefined,
  { env }: Io,
): Promise<readonly Master[]> => {
  const url = textOption(input, 'url');
  const all = input.options['all'] === true;
  if (Number(all) + Number(url !== undefined) + Number(target !== undefined) > 1)
    throw new UsageError('expected a target, --url or --all, got more than one of them');
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new UsageError(`--url: expected a URL such as http://127.0.0.1:9900, got ${url}`);
    const token = env['PROTEUS_TOKEN'];
    if (token === undefined || token === '')
      throw new UsageError('--url: expected the token of the master in the environment variable PROTEUS_TOKEN');
    return [await connect({ url, token })];
  }
  if (!all) return [await connect(target)];
  const running = await masters();
  if (running.length === 0) throw new SelectionError('none', 'no master runs');
  return running;
};

/** The name of a master in sentences: `web (pid 4711)`. Rejects with `ControlError` if it does not answer. */
export const masterName = async (master: Master): Promise<string> => {
  const { cluster, pid, at } = master;
  const where = pid === undefined ? at : `pid ${pid}`;
  const names = cluster === undefined ? (await master.status()).clusters.map((one) => one.cluster) : [cluster];
  return harmless(names.length === 0 ? where : `${names.join(', ')} (${where})`);
};
