import type { Config } from '../index.js';
import type { Reproduction } from '../reproduce.js';
import type { Input, Io, Options } from './command.js';
import { harmlessLines } from './harmless.js';
import { nameOfFile } from './nameOfFile.js';
import { textOption } from './readOption.js';
import { UsageError } from './usageError.js';

/** The options of commands that read a recording. */
export const recordingOptions: Options = {
  cluster: { value: 'name', text: 'The cluster, where the recording has several.' },
  from: { value: 'time', text: 'Only from this time on, such as 2026-11-27T12:00:00Z.' },
  to: { value: 'time', text: 'Only up to this time.' },
  env: { value: 'profile', text: 'The profile of the configuration.' },
};

/** The recording that a command line names. */
export const recordingFile = ({ words: [file, ...more] }: Input): string => {
  if (file === undefined || more.length > 0)
    throw new UsageError(`expected one recording, got ${file === undefined ? 'none' : [file, ...more].join(' ')}`);
  return file;
};

/** What a recording says, with the options of a configuration file where the recording has none. */
export const reproduced = async (input: Input, configFile: string | undefined, io: Io): Promise<Reproduction> => {
  const { reproduceRecording } = await import('../reproduce.js');
  const cluster = textOption(input, 'cluster');
  const selection = { cluster, from: timeOption(input, 'from'), to: timeOption(input, 'to') };
  const config = configFile === undefined ? undefined : await configOf(configFile, cluster, input, io);
  return reproduceRecording(recordingFile(input), { ...selection, config });
};

/** The options of a cluster in a configuration file: those of the service with its name, or of the only service. */
export const configOf = async (
  file: string,
  cluster: string | undefined,
  input: Input,
  { err, paint }: Io,
): Promise<Config> => {
  const { loadConfig } = await import('../services.js');
  const { services, notes } = await loadConfig(file, { profile: textOption(input, 'env') });
  for (const note of notes) err(`${paint('yellow', '!')} ${harmlessLines(note)}\n`);
  const names = services.map(({ name, config }) => name ?? config.name ?? nameOfFile(String(config.exec)));
  const service = services.length === 1 ? services[0] : services[names.indexOf(cluster ?? '')];
  if (service !== undefined) return service.config;
  throw new UsageError(
    `${file}: expected a service with the name of the cluster, ${cluster ?? 'which --cluster gives'}, got ${names.join(', ')}`,
  );
};

const timeOption = (input: Input, name: string): Date | undefined => {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `--${name}: expected a time such as 2026-11-27T12:00:00Z, got ${text === '' ? 'nothing' : text}`,
  );
};
