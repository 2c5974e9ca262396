import type { Row } from './picture.js';

/** The kind of a row, which its name tells. */
export const kindOf = (name: string): Row['kind'] => {
  if (/^(\w[\w-]*: )?worker \d+, slot \d+$/.test(name)) return 'worker';
  // A worker publishes at a moment. All else lasts.
  if (/^worker \d+ publishes /.test(name)) return 'input';
  if (/^worker \d+ |^(load|observe) /.test(name)) return 'condition';
  return isOutput(name) ? 'output' : 'input';
};

/** Whether a row has what the master receives. */
export const isOutput = (name: string): boolean => /^(cmd|route|topic) \S+$/.test(name) || outputs.has(name);

/** Those without a command. `replies`, `timeout` and `gone`: what comes of requests. `observed`: values of observed streams. */
const outputs: ReadonlySet<string> = new Set(['messages$', 'unrouted', 'replies', 'timeout', 'gone', 'observed']);
