/** The error that this worker is about to die of is told to the master, whoever else handles it. */
import channel = require('./channel.cjs');

/** How much of an error's text goes to the master, in characters. */
const longest = 8_192;

const text = (value: unknown): string => String(value).slice(0, longest);

const describe = (thrown: unknown) =>
  thrown instanceof Error
    ? { name: text(thrown.name), message: text(thrown.message), stack: text(thrown.stack) }
    : { name: 'Thrown', message: text(thrown), stack: '' };

const start = (): void => {
  process.on('uncaughtExceptionMonitor', (error) => {
    channel.say({ cmd: 'proteus-cluster:cause', cause: describe(error) });
  });
};

export = { start };
