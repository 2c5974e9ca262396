import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Entry, entryOf, firstCharacters, maxLineLength } from './format.js';
import { type Line, readLines } from './readLines.js';
import { RecordingError, type RecordingProblem } from './recordingError.js';

/** What a line says, or what is wrong with it. */
export type EntryOrDamage = Entry | { readonly damage: RecordingError };

/**
 * Reads a recording. Of a file in another format only the first line is reported, and of the lines of a newer one none is read.
 * Accepts any file, and throws only if there is none.
 */
export function* readEntries(path: string | URL): Generator<EntryOrDamage, void, undefined> {
  const file = resolve(path instanceof URL ? fileURLToPath(path) : path);
  let events = 0;
  let isEmpty = true;
  /** Whether the lines below the last header can be read. */
  let isReadable = false;
  /** The damaged line before this one. It is none if a header follows that says that it was cut off. */
  let before: RecordingError | undefined;

  for (const line of readLines(file)) {
    isEmpty = false;
    const isFirst = line.number === 1;
    if (isFirst) isReadable = false;
    if (!isReadable && !isFirst && !line.text.startsWith(firstCharacters)) continue;
    const entry = read(line);
    const continues = 'header' in entry && entry.header.unfinished === true;
    if (before !== undefined)
      yield continues
        ? { missing: { lost: 1, why: 'the recorder was ended while it wrote the event' } }
        : { damage: before };
    before = undefined;
    if ('problem' in entry) {
      const { problem, why } = entry;
      before = new RecordingError(problem, { path: line.path, line: line.number, events }, why);
      if (problem === 'newer') isReadable = false;
      continue;
    }
    if ('header' in entry) isReadable = true;
    if ('event' in entry) events += 1;
    yield entry;
  }
  if (before !== undefined) yield { damage: before };
  if (isEmpty) throw new RecordingError('empty', { path: file, events: 0 }, 'is empty');
}

interface Problem {
  readonly problem: RecordingProblem;
  readonly why: string;
}

const read = ({ text, number, ended }: Line): Entry | Problem => {
  const entry = text.length > maxLineLength ? tooLong : entryOf(text);
  if (!ended && 'problem' in entry) return { problem: 'truncated', why: 'is incomplete' };
  const isHeader = 'header' in entry || ('problem' in entry && entry.problem === 'newer');
  return number === 1 && !isHeader ? noHeader : entry;
};

const tooLong: Problem = { problem: 'damaged', why: `is longer than ${maxLineLength} characters` };
const noHeader: Problem = {
  problem: 'foreign',
  why: 'is no header, with which each file of a recording begins. Is it one of record() or proteus record?',
};
