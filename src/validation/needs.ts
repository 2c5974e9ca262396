import { isRecord } from './isRecord.js';
import type { Rule } from './rule.js';

/** What the rule accepts, with these entries at least. */
export const needs = (rule: Rule, ...names: readonly string[]): Rule => ({
  ...rule,
  accepts: (value) => rule.accepts(value) && isRecord(value) && names.every((name) => value[name] !== undefined),
  expected: `${rule.expected}; ${names.join(' and ')} must be given`,
});
