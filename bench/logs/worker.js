/**
 * Writes a number of lines like a service that answers requests in bursts: 32 lines in a turn of the event loop. Its first argument says how they are
 * written.
 */
const [how, file] = process.argv.slice(2);

const makers = {
  /** pino as usual, to stdout. */
  stdout: async () => (await import('pino')).pino(),
  /** The package's own. */
  logger: async () => (await import('proteus-cluster/worker')).logger,
  /** pino to a file of its own. */
  file: async () => {
    const { pino } = await import('pino');
    return pino(pino.destination(`${file}.${process.pid}`));
  },
  /** As in 2012: a message for each record. */
  send: async () => {
    const { pino } = await import('pino');
    return pino({}, { write: (line) => process.send({ cmd: 'log', line }) });
  },
};

const logger = await makers[how]();
const request = { method: 'GET', url: '/orders/4711?full=true', remoteAddress: '127.0.0.1' };

const write = (from, lines, then) => {
  const some = Math.min(from + 32, lines);
  for (let i = from; i < some; i += 1) logger.info({ i, req: request, responseTime: 12.5 }, 'request completed');
  if (some < lines) setImmediate(write, some, lines, then);
  else then();
};

/** pm2 sends no message to its workers, so they begin at their start. */
const alone = Number(process.env.LINES);
const hold = setInterval(() => {}, 1_000);
if (alone > 0) {
  write(0, alone, () => {});
} else {
  process.on('message', ({ lines }) => {
    write(0, lines, () =>
      process.send({ cmd: 'done' }, () => {
        clearInterval(hold);
        process.disconnect();
      }),
    );
  });
  process.send({ cmd: 'here' });
}
