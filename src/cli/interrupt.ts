import { exitCodes } from './exitCodes.js';

/** Runs something that Ctrl-C and SIGTERM end: `interrupted` says what becomes of it, and the process exits with the code. */
export const untilInterrupted = async <T>(
  act: () => Promise<T>,
  interrupted: () => void,
  code: number = exitCodes.interrupted,
): Promise<T> => {
  const end = () => {
    interrupted();
    process.exit(code);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, end);
  try {
    return await act();
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
};
