/** How often a line is written without a terminal, in ms. */
const pause = 10_000;

/** Writes the progress to a stream: on a terminal in one line that is rewritten, otherwise in a line from time to time. */
export const progressOn = (stream, total) => {
  const begun = performance.now();
  let said = begun;
  return {
    seconds: () => (performance.now() - begun) / 1_000,
    show: ({ done, failed }) => {
      const now = performance.now();
      if (!stream.isTTY && now - said < pause) return;
      said = now;
      const rate = done / ((now - begun) / 1_000);
      const left = Math.ceil((total - done) / rate);
      const line = `${done}/${total}, ${rate.toFixed(0)} schedules/s, ${failed} failed, ${left} s to go`;
      stream.write(stream.isTTY ? `\r\x1B[K${line}` : `${line}\n`);
    },
    /** Makes room for other lines. */
    clear: () => {
      if (stream.isTTY) stream.write('\r\x1B[K');
    },
  };
};
