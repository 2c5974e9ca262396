import { showValue } from '../../vocabulary/errors.js';
import { type Line, malformed } from './diagramError.js';

/** Throws `DiagramError` for a line below `decisions` that is neither a column and a sentence, nor the end of the cluster. */
export const checkDecisions = (lines: readonly Line[]): void => {
  let before = 0;
  for (const [index, line] of lines.entries()) {
    const [, space = '', digits = '', sentence = ''] = /^( *)(\d*)  (\S.*)$/.exec(line.text) ?? [];
    if (sentence === '' || space.length + digits.length !== 4)
      malformed(
        line,
        Math.max(0, line.text.search(/\S/)),
        `expected a column that ends in the fourth character, two spaces and a sentence, such as '  10  shutdown: SIGINT', got ${showValue(line.text)}`,
      );
    if (digits === '') {
      checkEnd(line, sentence, index === lines.length - 1);
      continue;
    }
    const column = Number(digits);
    if (column < before) malformed(line, space.length, `expected column ${before} or a later one, got ${column}`);
    before = column;
  }
};

const checkEnd = (line: Line, sentence: string, isLast: boolean): void => {
  if (!/^complete$|^error: \S+$/.test(sentence))
    malformed(line, 6, `expected 'complete', or 'error: ' and the name of an error, got ${showValue(sentence)}`);
  if (!isLast) malformed(line, 6, `expected '${sentence}' at the end, because nothing follows the end of the cluster`);
};
