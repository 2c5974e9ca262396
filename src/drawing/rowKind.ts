import type { Row } from './picture.js';

/** The kind of a row, which its name tells. */
export const kindOf = (name: string): Row['kind'] => {
  if (/^(\w[\w-]*: )?worker \d+, slot \d+$/.test(name)) return 'worker';
  if (/^worker \d+ /.test(name)) return 'condition';
  return name === 'messages$' || name.startsWith('cmd ') ? 'output' : 'input';
};
