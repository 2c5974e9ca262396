import { exitCodes } from './exitCodes.js';

/** Runs something that Ctrl-C and SIGTERM end: `interrupted` says what becomes of it, and returns the exit code where it is no interruption. */
export const untilInterrupted = async <T>(act: () => Promise<T>, interrupted: () => number | undefined): Promise<T> => {
  const end = () => {
    process.exit(interrupted() ?? exitCodes.interrupted);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, end);
  try {
    return await act();
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
};
