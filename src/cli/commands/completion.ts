import { exitCodes } from '../exitCodes.js';
import type { Command } from '../command.js';
import { completionOf, type Shell, shells } from '../completions.js';
import { UsageError } from '../usageError.js';

/** Completes the command line. It is given the other commands, because the list of commands imports this file. */
export const completion = (others: readonly Command[]): Command => {
  const own: Command = {
    name: 'completion',
    summary: 'Prints what a shell needs to complete this command: bash, zsh or fish.',
    usage: '<shell>',
    options: {},
    completes: shells,
    examples: [
      ['completion bash > /etc/bash_completion.d/proteus', 'or eval "$(…)" in ~/.bashrc'],
      ['completion zsh > ~/.zfunc/_proteus', 'in a folder of $fpath'],
      ['completion fish > ~/.config/fish/completions/proteus.fish', 'fish reads it by itself'],
    ],
    run: async ({ words }, io) => {
      const [word = '', ...more] = words;
      const shell = shells.find((known) => known === word);
      if (shell === undefined || more.length > 0)
        throw new UsageError(
          `completion: expected bash, zsh or fish, got ${word === '' ? 'nothing' : words.join(' ')}`,
          'completion',
        );
      io.out(completionOf(shell satisfies Shell, [...others, own]));
      return exitCodes.ok;
    },
  };
  return own;
};
