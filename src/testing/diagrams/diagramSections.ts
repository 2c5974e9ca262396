import { nearest } from '../../validation/nearest.js';
import { showValue } from '../../vocabulary/errors.js';
import { firstInvisible, type Line, malformed } from './diagramError.js';

/** The parts of the text of a diagram. Empty lines are left out. */
export interface DiagramSections {
  readonly title: string;
  /** The first sentence below the title. */
  readonly sentence: string;
  readonly options: DiagramSection;
  readonly diagram: DiagramSection;
  readonly decisions: DiagramSection;
}

interface DiagramSection {
  /** The line with its name. */
  readonly header: Line;
  /** Those below it. */
  readonly lines: readonly Line[];
}

const names = ['options', 'diagram', 'decisions'] as const;

/** In characters. A diagram is read by people. */
const longestText = 1_000_000;
const longestLine = 20_000;

/** Reads the sections of a text. Throws `DiagramError` for one that is missing, repeated or in another place, and for characters that nobody can see. */
export const diagramSections = (text: string, file: string | undefined): DiagramSections => {
  checkLength(text, file);
  const lines = linesOf(text, file);
  for (const line of lines) checkLine(line);
  const options = headerOf('options', lines);
  const diagram = headerOf('diagram', lines);
  const decisions = headerOf('decisions', lines);
  for (const [above, below] of [
    [options, diagram],
    [diagram, decisions],
  ] as const)
    if (below.number < above.number)
      malformed(below, 0, `expected '${below.text}' below '${above.text}', which is in line ${above.number}`);
  const between = (begin: number, end?: number) => lines.slice(begin, end).filter((line) => line.text.trim() !== '');
  return {
    ...headOf(lines.slice(0, options.number - 1), options),
    options: { header: options, lines: between(options.number, diagram.number - 1) },
    diagram: { header: diagram, lines: between(diagram.number, decisions.number - 1) },
    decisions: { header: decisions, lines: between(decisions.number) },
  };
};

const linesOf = (text: string, file: string | undefined): readonly Line[] =>
  text.split('\n').map((line, index) => ({ file, number: index + 1, text: line }));

const checkLength = (text: string, file: string | undefined): void => {
  if (text.length <= longestText) return;
  const lines = linesOf(text.slice(0, longestText), file);
  const last = lines.at(-1) ?? { file, number: 1, text: '' };
  malformed(
    last,
    last.text.length,
    `expected a text of at most ${longestText.toLocaleString('en')} characters, got ${text.length.toLocaleString('en')}. Draw a shorter time, or use the option column`,
  );
};

const checkLine = (line: Line): void => {
  if (line.text.length > longestLine)
    malformed(line, longestLine, `expected a line of at most ${longestLine} characters, got ${line.text.length}`);
  const at = firstInvisible(line.text);
  if (at === -1) return;
  const found = line.text.charAt(at);
  const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (found === '\t') malformed(line, at, 'expected spaces, got a tab, which has another width in each editor');
  if (found === '\r')
    malformed(line, at, "expected LF at the end of the line, got CR. Convert the file: sed -i 's/\\r$//'");
  malformed(line, at, `expected a character that can be seen, got ${code}`);
};

/** The line with a section's name. */
const headerOf = (name: string, lines: readonly Line[]): Line => {
  const [header, again] = lines.filter((line) => line.text === name);
  if (again !== undefined)
    malformed(again, 0, `expected one section '${name}', and there is one in line ${header?.number}`);
  if (header !== undefined) return header;
  const similar = lines.find(({ text }) => text.length < 20 && !isName(text) && nearest(wordOf(text), names) === name);
  if (similar !== undefined)
    return malformed(similar, 0, `expected '${name}' alone on a line, got ${showValue(similar.text)}`);
  const last = lines.findLast(({ text }) => text.trim() !== '') ?? lines[0] ?? { file: undefined, number: 1, text: '' };
  return malformed(
    last,
    last.text.length,
    `expected a section '${name}' below: a diagram has a title, a sentence, options, diagram and decisions`,
  );
};

const isName = (text: string): boolean => names.some((name) => name === text);

/** The only word of a line. */
const wordOf = (text: string): string => /^\W*(\w+)\W*$/.exec(text)?.[1]?.toLowerCase() ?? '';

/** What is above the sections. */
const headOf = (lines: readonly Line[], options: Line): { readonly title: string; readonly sentence: string } => {
  const [first = options, ...prose] = lines.filter(({ text }) => text.trim() !== '');
  const [, title = ''] = /^# +(\S.*)$/.exec(first.text) ?? [];
  if (title === '')
    malformed(
      first,
      0,
      `expected a title such as '# A worker that crashes is respawned', got ${showValue(first.text)}`,
    );
  const [begin = malformed(options, 0, 'expected a sentence above: what the diagram shows')] = prose;
  if (begin.text.startsWith('#')) malformed(begin, 0, 'expected one title, and a sentence below it');
  const paragraph = lines.slice(begin.number - 1);
  const end = paragraph.findIndex(({ text }) => text.trim() === '');
  const text = paragraph.slice(0, end === -1 ? undefined : end).map((line) => line.text.trim());
  return { title: title.trim(), sentence: /^.*?[.!?](?=\s|$)|^.*/.exec(text.join(' '))?.[0] ?? '' };
};
