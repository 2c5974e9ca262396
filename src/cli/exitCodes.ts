/** What the command ends with, for shells and scripts. */
export const exitCodes = {
  ok: 0,
  /** It failed, or a restart was aborted. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No master fits, or more than one does. */
  noMaster: 3,
  /** Ctrl-C came before the result was known. */
  interrupted: 130,
} as const;
