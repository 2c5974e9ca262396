type Attribute = 'bold' | 'dim' | 'inverse' | 'red' | 'green' | 'yellow' | 'cyan' | 'blue';

/** How a cell looks: nothing, an attribute, or two. */
export type Style = '' | Attribute | `${Attribute} ${Attribute}`;

const codes: Readonly<Record<string, string>> = { bold: '1', dim: '2', inverse: '7' };
const colours: Readonly<Record<string, string>> = { red: '31', green: '32', yellow: '33', blue: '34', cyan: '36' };

/** The escape sequence after which a terminal writes in this style, whatever the style before. Without colours (NO_COLOR) the other attributes stay. */
export const sgr = (style: Style, coloured: boolean): string => {
  const attributes = style.split(' ').flatMap((name) => codes[name] ?? (coloured ? (colours[name] ?? []) : []));
  return attributes.length === 0 ? '\u001B[m' : `\u001B[0;${attributes.join(';')}m`;
};
