import type { Answer } from './method.js';
import { eventLines } from './eventLines.js';
import { record } from './master.js';

interface Command {
  readonly cluster: string | undefined;
  /** Carries the command out. Resolves with its result. */
  readonly run: () => Promise<unknown>;
  /** The result if the last cluster ends before `run` has resolved. */
  readonly atEnd: unknown;
}

/** Streams the events while a command is carried out, and then its result. A client that goes does not stop the command. */
export const progress = ({ cluster, run, atEnd }: Command): Answer => ({
  stream: (out) => {
    const { finish } = eventLines(record, out, record.last(), { cluster });
    const result = (value: unknown) => finish(JSON.stringify({ result: value }));
    run().then(result, (error: unknown) =>
      finish(
        JSON.stringify({
          error: { code: 'internal', message: error instanceof Error ? error.message : String(error) },
        }),
      ),
    );
    return { serverCloses: () => result(atEnd) };
  },
});
