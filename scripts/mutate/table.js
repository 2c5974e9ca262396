import { withEachTest } from './source.js';

const columns = ['file', 'decision', 'change', 'test that fails'];

const cell = (text) => text.replaceAll('|', String.raw`\|`);

const nameOf = ({ test, red }) => (red === undefined ? test : `${test}: ${red}`);

/** The mutations as a table of Markdown. */
export const table = (mutations) =>
  [
    columns,
    columns.map(() => '---'),
    ...mutations.map((mutation) =>
      [mutation.file, mutation.decision, mutation.inversion, withEachTest(mutation).map(nameOf).join('; ')].map(cell),
    ),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
