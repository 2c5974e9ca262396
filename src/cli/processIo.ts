import type { Io } from './command.js';
import { exitCodes } from './exitCodes.js';
import { hangUp } from './hangUp.js';
import { coloured, plain, wantsColour } from './style.js';

/** The columns and lines where nobody knows how many there are: in a pipe nothing needs to be left out. */
const unlimited = 1_000;

/** The streams of this process. Where nobody reads any more, as after `| head` or when the terminal is gone, it ends without a word. */
export const processIo = (): Io => {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EIO') hangUp();
      if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(exitCodes.ok);
      throw error;
    });
  const columns = Number(env['COLUMNS']);
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    paint: wantsColour(stdout.isTTY, env) ? coloured : plain,
    width: stdout.isTTY ? stdout.columns : columns > 0 ? columns : unlimited,
    height: stdout.isTTY && stdout.rows > 0 ? stdout.rows : unlimited,
    terminal: stdout.isTTY,
    env,
  };
};
