import type { Io } from './command.js';
import { exitCodes } from './exitCodes.js';
import { hangUp } from './hangUp.js';
import { sizeOfTerminal } from './sizeOfTerminal.js';
import { coloured, plain, wantsColour } from './style.js';

/** The streams of this process. Where nobody reads any more, as after `| head` or when the terminal is gone, it ends without a word. */
export const processIo = (): Io => {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EIO') hangUp();
      if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(exitCodes.ok);
      throw error;
    });
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: wantsColour(stdout.isTTY, env) ? coloured : plain,
    ...sizeOfTerminal(stdout, env),
    terminal: stdout.isTTY,
    env,
  };
};
