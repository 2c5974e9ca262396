import { isRecord } from './isRecord.js';
import { nearest } from './nearest.js';
import type { Rule, Rules } from './rule.js';

/** The rule of an option whose value is an object with these entries, and nothing else. */
export const recordOf = (option: string, rules: Rules): Rule => {
  const names = Object.keys(rules);
  const ruleOf = (name: string): Rule => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule !== undefined) return rule;
    const near = nearest(name, names);
    return {
      accepts: () => false,
      expected: `one of the options ${names.join(', ')}`,
      ...(near !== undefined && { fix: () => `Did you mean ${option}.${near}?` }),
    };
  };
  const entriesOf = (options: object) =>
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ({ name: `.${name}`, value, rule: ruleOf(name) }));
  return {
    accepts: (value) => isRecord(value) && entriesOf(value).every((entry) => entry.rule.accepts(entry.value)),
    expected: `an object with ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
    entries: (value) => (isRecord(value) ? entriesOf(value) : []),
  };
};
