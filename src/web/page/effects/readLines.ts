/** A longer line is none of a master of this package. In characters. */
const maxLine = 8 * 2 ** 20;

/** The lines of a stream, as many at once as have come. Ends with the stream. Throws for a line without an end. */
export async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<readonly string[], void, void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let begun = '';
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (begun + value).split('\n');
    begun = lines.pop() ?? '';
    if (begun.length > maxLine) {
      // oxlint-disable-next-line no-await-in-loop
      await reader.cancel();
      throw new Error('the master sent a line that is too long');
    }
    yield lines.filter((line) => line !== '');
  }
}
