import type { Rule } from './rule.js';

/** An array of values that the rule accepts. `of` completes `a list of …`. */
export const listOf = (rule: Rule, of: string): Rule => ({
  accepts: (value) => Array.isArray(value) && value.every(rule.accepts),
  expected: `a list of ${of}`,
  entries: (list) => Object.entries(list).map(([at, value]) => ({ name: `[${at}]`, value, rule })),
});
