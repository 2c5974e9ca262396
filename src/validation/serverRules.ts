import { type Rule, whole } from './rule.js';

/** The port of a server. */
export const port: Rule = {
  accepts: (value) => whole(0).accepts(value) && Number(value) <= 65_535,
  expected: 'a port from 0 to 65535',
};

/** The secret that each request to a server has. */
export const token: Rule = {
  accepts: (value) => typeof value === 'string' && /^[\x21-\x7e]{16,}$/.test(value),
  expected: 'a string of at least 16 visible ASCII characters',
  // It may be a real one with a small mistake.
  show: (value) => (typeof value === 'string' ? `a string of ${value.length} characters` : typeof value),
};
