/** A recording that cannot be played. The message says what was expected, what was found, and what to do. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
