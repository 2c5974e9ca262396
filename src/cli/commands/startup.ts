import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, extname, isAbsolute, resolve } from 'node:path';
import type { Command, Input } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { numberOption, textOption } from '../readOption.js';
import { UsageError } from '../usageError.js';

export const startup: Command = {
  name: 'startup',
  summary: 'Prints a systemd unit for a service, or for a configuration file.',
  usage: '[file] [options]',
  details: `Write it to /etc/systemd/system/<name>.service, and then: systemctl enable --now <name>. The service runs in the
current folder, as it is named by the shell, so a link to the current release stays one. systemctl reload
restarts the workers, and fails if that is aborted. Nothing is installed or started by this command.`,
  options: {
    name: { short: 'n', value: 'name', text: 'The name of the unit. Default: that of the file, or of the folder.' },
    user: { short: 'u', value: 'user', text: 'The user that the service runs as. Default: you.' },
    timeout: { value: 'ms', text: 'The disconnectTimeout of the cluster. Default: 120000.' },
  },
  completes: 'file',
  examples: [
    ['startup server.js --user shop', 'for a file that the workers run'],
    ['startup -n shop > /etc/systemd/system/shop.service', 'for the configuration in this folder'],
  ],
  run: async (input, io) => {
    const [file, ...more] = input.words;
    if (more.length > 0) throw new UsageError(`startup: expected one file, got ${input.words.join(' ')}`, 'startup');
    const folder = folderByShell(io.env['PWD']);
    const { systemdUnit } = await import('../../systemd.js');
    const proteus = [process.execPath, resolve(process.argv[1] ?? 'proteus')] as const;
    const unit = asUsage(() =>
      systemdUnit({
        name: nameOf(input, file, folder),
        user: textOption(input, 'user') ?? userInfo().username,
        exec: proteus[0],
        args: [proteus[1], 'start', ...(file === undefined ? [] : [file])],
        reload: [...proteus, 'restart', '$MAINPID'],
        workingDirectory: folder,
        disconnectTimeout: numberOption(input, 'timeout', 0) ?? 120_000,
      }),
    );
    io.out(unit);
    return exitCodes.ok;
  },
};

/** The current folder as the shell entered it, so that a link stays one. A program that starts this one in another folder may leave $PWD as it was. */
const folderByShell = (name: string | undefined): string => {
  const cwd = process.cwd();
  return name !== undefined && isAbsolute(name) && isSameFolder(name, cwd) ? name : cwd;
};

const isSameFolder = (one: string, other: string): boolean => {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    // It is no folder, or one that this user may not read.
    return false;
  }
};

const nameOf = (input: Input, file: string | undefined, folder: string): string => {
  const given = textOption(input, 'name');
  if (given !== undefined) return given;
  const isService = file !== undefined && !/\.config\.[cm]?[jt]s$|\.json$/.test(file);
  return isService ? basename(file, extname(file)) : basename(folder);
};

/** What a unit cannot contain was given on the command line. */
const asUsage = (unit: () => string): string => {
  try {
    return unit();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConfigError') throw error;
    // Nobody has typed the name of a file or a folder.
    const fix = error.message.startsWith('name: ') ? '. --name <name> gives another one' : '';
    throw new UsageError(`${error.message}${fix}`, 'startup');
  }
};
