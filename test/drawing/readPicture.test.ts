import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pictureText } from '../../src/drawing/pictureText.js';
import { readPicture } from '../../src/drawing/readPicture.js';

const folder = new URL('../../marbles/', import.meta.url);

/** The width of the ruler is that of the rows. */
const withoutRuler = (drawing: string) => drawing.replace(/(diagram\n).*\n/, '$1').trimEnd();

test.for(readdirSync(folder).filter((name) => name.endsWith('.txt')))('marbles/%s is read as it is written', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const written = text.slice(text.indexOf('\ndiagram\n') + 1);
  expect(withoutRuler(pictureText(readPicture(text).picture))).toBe(withoutRuler(written));
});

const scenario = (rows: string, decisions = '   2  2 workers are ready') =>
  `# A title\n\nWhat it shows.\n\noptions\n  column 5\n\ndiagram\n                  0\n${rows}\n\ndecisions\n${decisions}\n`;

test('a text has a title, a description, a column, rows and decisions', () => {
  const rows = 'SIGINT            -----!\nworker 1, slot 1   for-x\nmessages$         --1\n';
  expect(readPicture(scenario(rows, '   2  ready\n      complete'))).toEqual({
    title: 'A title',
    description: 'What it shows.',
    picture: {
      column: 5,
      width: 6,
      rows: [
        { kind: 'input', name: 'SIGINT', marks: [{ at: 5, sign: '!' }], from: 0, to: 5 },
        {
          kind: 'worker',
          name: 'worker 1, slot 1',
          marks: Array.from('forx', (sign, index) => ({ at: sign === 'x' ? 5 : index + 1, sign })),
          from: 1,
          to: 5,
        },
        { kind: 'output', name: 'messages$', marks: [{ at: 2, sign: '1' }], from: 0, to: 2 },
      ],
      decisions: [{ at: 2, sentence: 'ready' }, { sentence: 'complete' }],
    },
  });
});

test.each([
  ['', "line 1: expected '# ' and a title, got nothing"],
  ['# A title\n\nno more', "line 3: expected a line 'diagram' before the end of the text, got no more"],
  ['# A title\ndiagram\n  0', "line 3: expected a line 'decisions' before the end of the text, got 0"],
  [scenario('                  ---!'), 'line 10: expected the name of a row in the first 18 characters'],
  [scenario('SIGINT            -!', 'ready'), 'line 13: expected a column and a sentence, got ready'],
  [scenario('').replace('column 5', 'column wide'), 'line 6: expected a number of ms above 0 as column, got wide'],
])('%j is refused', (text, message) => {
  expect(() => readPicture(text)).toThrow(message);
});
