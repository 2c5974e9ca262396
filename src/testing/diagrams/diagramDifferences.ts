import { decisionText, rowText, rulerText } from '../../drawing/pictureText.js';
import type { Picture } from '../../drawing/picture.js';
import type { ExpectedLines } from './diagram.js';
import { DiagramError, type Line } from './diagramError.js';
import { pairLines } from './pairLines.js';

/** A line that was drawn, and what came out in its place. One of them may be missing. */
interface Difference {
  readonly line: Line | undefined;
  readonly drawn: string | undefined;
  readonly came: string | undefined;
}

/**
 * Compares what is expected with a picture. The error shows the lines that differ: what was drawn, below it what came out, a mark below the columns that differ, and the ruler above them.
 * `undefined` if they are equal.
 */
export const diagramDifferences = (expected: ExpectedLines, picture: Picture): DiagramError | undefined => {
  const rows = differingRows(expected, picture);
  const decisions = differingDecisions(expected.decisions, picture.decisions.map(decisionText));
  const [first] = [...rows, ...decisions];
  if (first === undefined) return undefined;
  const counts = [countOf(rows, 'row'), countOf(decisions, 'decision')].filter((count) => count !== '');
  const section = rows.length > 0 ? expected.rows : expected.decisions;
  return new DiagramError(
    first.line ?? section.at(-1) ?? expected.header,
    (columnsThatDiffer(first)[0] ?? 0) + 1,
    [
      `${counts.join(' and ')} came out differently`,
      ...(rows.length > 0 ? ['', `${margin()}${rulerOf(expected, picture)}`, ...rows.flatMap(shownRow)] : []),
      ...(decisions.length > 0 ? ['', `${margin()}decisions`, ...decisions.flatMap(shownDecision)] : []),
    ].join('\n'),
  );
};

const countOf = ({ length }: readonly unknown[], what: string): string =>
  length === 0 ? '' : `${length} ${what}${length === 1 ? '' : 's'}`;

const labelWidth = ({ ruler }: ExpectedLines): number => ruler.text.indexOf('0');

const rulerOf = (expected: ExpectedLines, { width }: Picture): string =>
  `${' '.repeat(labelWidth(expected))}${rulerText(width)}`;

/** Rows belong together by their names. */
const differingRows = (expected: ExpectedLines, { rows }: Picture): readonly Difference[] => {
  const width = labelWidth(expected);
  const left = new Map(rows.map((row) => [row.name, rowText(row, width)]));
  const all: Difference[] = [];
  for (const line of expected.rows) {
    const drawn = line.text.trimEnd();
    const name = drawn.slice(0, width).trimEnd();
    all.push({ line, drawn, came: left.get(name) });
    left.delete(name);
  }
  for (const came of left.values()) all.push({ line: undefined, drawn: undefined, came });
  return all.filter(({ drawn, came }) => drawn !== came);
};

const differingDecisions = (lines: readonly Line[], came: readonly string[]): readonly Difference[] => {
  const drawn = lines.map(({ text }) => text.trimEnd());
  return pairLines(drawn, came)
    .map(([at, other]) => ({ line: lines[at ?? -1], drawn: drawn[at ?? -1], came: came[other ?? -1] }))
    .filter((pair) => pair.drawn !== pair.came);
};

/** Left of a line: whose it is, and its number in the file. */
const margin = (side = '', number?: number): string => `${side.padEnd(9)}${String(number ?? '').padStart(5)}  `;

const shownRow = (difference: Difference): readonly string[] => shown(difference, columnsThatDiffer(difference));

/** Behind the first difference nothing is aligned in sentences. */
const shownDecision = (difference: Difference): readonly string[] =>
  shown(difference, columnsThatDiffer(difference).slice(0, 1));

const shown = ({ line, drawn, came }: Difference, columns: readonly number[]): readonly string[] => {
  const marks = Array.from({ length: (columns.at(-1) ?? -1) + 1 }, (_, at) => (columns.includes(at) ? '^' : ' '));
  return [
    `${margin('drawn', line?.number)}${drawn ?? 'nothing'}`,
    `${margin('came out')}${came ?? 'nothing'}`,
    ...(marks.length > 0 ? [`${margin()}${marks.join('')}`] : []),
  ];
};

/** None if only one side is there. */
const columnsThatDiffer = ({ drawn, came }: Difference): readonly number[] => {
  if (drawn === undefined || came === undefined) return [];
  const length = Math.max(drawn.length, came.length);
  return Array.from({ length }, (_, at) => at).filter((at) => drawn[at] !== came[at]);
};
