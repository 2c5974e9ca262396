/** Plain data as an expression of JavaScript, in one line. What is `undefined` is left out. */
export const literal = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${/^[a-z_$][\w$]*$/i.test(name) ? name : quoted(name)}: ${literal(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
};

/** A list with each of its entries in a line of its own. */
export const literalLines = (values: readonly unknown[], indent: string): string =>
  values.length === 0 ? '[]' : `[\n${values.map((value) => `${indent}  ${literal(value)},\n`).join('')}${indent}]`;

const quoted = (text: string): string => {
  const json = JSON.stringify(text);
  // The line and paragraph separators are the only characters that JSON does not escape and old parsers do not accept.
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll(String.raw`\"`, '"')}'`;
};
