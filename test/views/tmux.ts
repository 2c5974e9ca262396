import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A terminal with a shell in it, in tmux. */
export interface Terminal {
  /** Presses keys: tmux's names, such as `Enter` and `C-c`, or characters. */
  readonly press: (...keys: readonly string[]) => void;
  /** Types a line, and enters it. */
  readonly enter: (line: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** What is on the screen. */
  readonly screen: () => string;
  /** Resolves with the screen as soon as all of this is on it, and rejects with what is there instead. */
  readonly shows: (...patterns: readonly RegExp[]) => Promise<string>;
  /** Resolves when no program runs in the shell. What is typed before that is for the program. */
  readonly idle: () => Promise<void>;
  /** Takes the terminal away, as when a connection of ssh is lost. */
  readonly hangUp: () => void;
  /** What tmux knows about the terminal: whether a program has its alternate screen, and whether the cursor is shown. */
  readonly modes: () => { readonly alternate: boolean; readonly cursor: boolean };
}

const longestWaitMs = 30_000;
const lookAgainMs = 50;
let count = 0;

/** A screen changes without an event. */
const eventually = async (holds: () => boolean, problem: () => string): Promise<void> => {
  const late = performance.now() + longestWaitMs;
  while (!holds()) {
    if (performance.now() > late) throw new Error(problem());
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => {
      setTimeout(resolve, lookAgainMs);
    });
  }
};

/** Opens a terminal of this size with a shell in the folder, which writes the modes of the terminal to the file `modes`. It ends with the test. */
export const openTerminal = (folder: string, env: NodeJS.ProcessEnv, columns = 80, rows = 24): Terminal => {
  count += 1;
  const server = `proteus-${process.pid}-${count}`;
  const config = join(folder, 'tmux.conf');
  writeFileSync(config, 'set -g default-terminal screen-256color\nset -g status off\n');
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-L', server, '-u', '-f', config, ...args], {
      encoding: 'utf8',
      env: { ...env, LC_ALL: 'C.UTF-8', TMUX: undefined, PS1: '$ ' },
      cwd: folder,
    });
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), 'bash --norc --noprofile');
  let isThere = true;
  const hangUp = (): void => {
    if (isThere) tmux('kill-server');
    isThere = false;
  };
  onTestFinished(hangUp);
  const screen = () => tmux('capture-pane', '-p');
  const enter = (line: string): void => {
    tmux('send-keys', '-l', line);
    tmux('send-keys', 'Enter');
  };
  // What a program should leave behind.
  enter('stty -g > modes; clear');
  return {
    press: (...keys) => void tmux('send-keys', ...keys),
    enter,
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    screen,
    hangUp,
    shows: async (...patterns) => {
      let shown = '';
      const missing = () => patterns.filter((pattern) => !pattern.test(shown));
      await eventually(
        () => {
          shown = screen();
          return missing().length === 0;
        },
        () => `expected ${missing().join(' and ')} on the screen:\n${shown}`,
      );
      return shown;
    },
    idle: () =>
      eventually(
        () => tmux('display-message', '-p', '#{pane_current_command}').trim() === 'bash',
        () => `expected the shell to wait for a line:\n${screen()}`,
      ),
    modes: () => {
      const [alternate, cursor] = tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim().split(' ');
      return { alternate: alternate === '1', cursor: cursor === '1' };
    },
  };
};
