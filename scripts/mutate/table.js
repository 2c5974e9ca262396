const columns = ['file', 'decision', 'change', 'test that fails'];

const cell = (text) => text.replaceAll('|', String.raw`\|`);

/** The mutations as a table of Markdown. */
export const table = (mutations) =>
  [
    columns,
    columns.map(() => '---'),
    ...mutations.map(({ file, decision, inversion, test, red }) =>
      [file, decision, inversion, red === undefined ? test : `${test}: ${red}`].map(cell),
    ),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
