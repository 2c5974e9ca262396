type Attributes = Readonly<Record<string, string | number>>;

/** An element of SVG. Attributes are escaped, children are not: they are elements, or text that `escapeText` has made safe. Numbers have two decimals at most. */
export const element = (name: string, attributes: Attributes, ...children: readonly string[]): string => {
  const given = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeText(typeof value === 'number' ? String(decimals(value)) : value)}"`)
    .join('');
  return children.length === 0 ? `<${name}${given}/>` : `<${name}${given}>${children.join('')}</${name}>`;
};

const decimals = (value: number): number => Math.round(value * 100) / 100;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML has it. What XML 1.0 forbids, such as control characters and halves of surrogate pairs, is replaced. */
export const escapeText = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
