import { readEntries } from './readEntries.js';
import type { RecordingHeader } from './format.js';
import { RecordingError } from './recordingError.js';

/**
 * The header of a recording: who wrote it, and the options of the clusters. If it has several, because it was continued: the last one, with the options of all clusters.
 *
 * Reads the file, and throws `RecordingError` if it is no recording or has a newer format. Damage below the first header is ignored.
 *
 * @example
 * const { config } = recordingHeader('web.jsonl');
 * console.log(config['web']?.['maxForkCount']);
 */
export const recordingHeader = (path: string | URL): RecordingHeader => {
  let found: RecordingHeader | undefined;
  let problem: RecordingError | undefined;
  for (const entry of readEntries(path)) {
    if ('header' in entry) found = { ...entry.header, config: { ...found?.config, ...entry.header.config } };
    else if ('damage' in entry) problem ??= entry.damage;
  }
  if (found !== undefined) return found;
  throw problem ?? new RecordingError('foreign', { path: String(path), events: 0 }, 'has no header');
};
