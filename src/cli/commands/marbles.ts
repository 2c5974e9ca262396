import type { Observable } from 'rxjs';
import type { EventLine, Master, MasterReport } from '../../client.js';
import type { ClusterEvent } from '../../index.js';
import type { MarblesOptions } from '../../marbles.js';
import type { Command, Io } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { hasEnded } from '../hasEnded.js';
import { harmlessLines } from '../harmless.js';
import { untilInterrupted } from '../interrupt.js';
import { durationOption } from '../readOption.js';
import { redraw } from '../redraw.js';
import { masterName, selectMasters, selectOptions, targetAnd } from '../select.js';
import { UsageError } from '../usageError.js';
import { runningWorkers } from '../runningWorkers.js';

const usualMs = 300_000;
const [leastWidth, usualWidth] = [60, 80];

export const marbles: Command = {
  name: 'marbles',
  summary: 'Draws what the workers did, and what was decided, as a marble diagram.',
  usage: '[target]',
  details: `A row is a worker, from its fork to its exit. Below the rows are the last decisions, and what the signs mean.
The columns are as short as all of it fits into the terminal. The master keeps the last 10,000 events.
With --follow the picture changes in place; where no person reads, one comes at the end.`,
  options: {
    follow: { short: 'f', text: 'Go on until Ctrl-C, or until the master ends.' },
    since: { value: 'time', text: 'How far it reaches back: 90s, 5m, 2h. Default: 5m.', aliases: ['last'] },
    svg: { text: 'Write one SVG document, which can be put on a web page.' },
    ...selectOptions,
  },
  examples: [
    ['marbles', 'the last five minutes of the only master'],
    ['marbles web -f', 'and on, while it runs'],
    ['marbles web --since 1h --svg > web.svg', 'for a report'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('marbles', input, []);
    if (target?.endsWith('.jsonl') === true)
      throw new UsageError(
        `expected a cluster or a master, got ${target}. A recording is shown by proteus top ${target}, and drawn by toMarbles('${target}') of proteus-cluster/marbles`,
      );
    const last = durationOption(input, 'since') ?? usualMs;
    const follow = input.options['follow'] === true;
    const as = input.options['svg'] === true ? 'svg' : 'text';
    const masters = await selectMasters(input, target, io);
    if (masters.length > 1 && (follow || as === 'svg'))
      throw new UsageError(`--all: expected one master with ${follow ? '--follow' : '--svg'}, got ${masters.length}`);
    const options = { as, last, ...sizeFor(io, follow) } as const;
    return eachMaster(masters, io, async (master) => {
      const isLive = follow && io.terminal && as === 'text';
      const picture = pictureWriter(io, isLive);
      const name = follow ? await masterName(master) : '';
      const drawOne = async (): Promise<number> => {
        if (follow && !isLive) io.err(`${name} is drawn when it ends, or at Ctrl-C\n`);
        await written(await picturesOf(master, options, follow), picture.next, follow);
        picture.end();
        if (follow) io.err(`${name} has ended\n`);
        return exitCodes.ok;
      };
      return untilInterrupted(drawOne, () => {
        picture.end();
        return exitCodes.ok;
      });
    });
  },
};

/** What fits. A picture that is drawn in place may not be higher than the terminal. */
const sizeFor = (
  { width, height, terminal }: Io,
  follow: boolean,
): Pick<MarblesOptions, 'width' | 'rows' | 'decisions'> => ({
  width: terminal ? Math.max(leastWidth, width) : usualWidth,
  ...(follow &&
    terminal && { rows: Math.max(1, Math.floor(height / 2)), decisions: Math.max(1, Math.floor(height / 4)) }),
});

/** Pictures up to now, by the clock of the master. */
const picturesOf = async (master: Master, options: MarblesOptions, follow: boolean): Promise<Observable<string>> => {
  const [{ from }, { toMarbles }] = await Promise.all([import('rxjs'), import('../../marbles.js')]);
  const report = await master.status();
  const asked = performance.now();
  const now = () => report.time + performance.now() - asked;
  return from(eventsOf(master, report, follow)).pipe(toMarbles({ ...options, now }));
};

/** The events that the master keeps, after those that made its workers what they are, and then those that come. */
async function* eventsOf(
  master: Master,
  { clusters }: MasterReport,
  follow: boolean,
): AsyncGenerator<ClusterEvent, void, undefined> {
  const lines: EventLine[] = [];
  for await (const line of master.events()) if (!('gap' in line)) lines.push(line);
  const kept = lines.map(({ event }) => event);
  yield* runningWorkers(clusters, kept);
  yield* kept;
  if (!follow) return;
  const id = lines.at(-1)?.id;
  // Where nothing was kept, all that is kept by then has come since.
  for await (const line of master.events({ since: id, follow: true })) if (!('gap' in line)) yield line.event;
}

/** Resolves when there is no further picture. A master that ends is no failure where it is followed, also if it does between two requests. */
const written = (pictures$: Observable<string>, write: (picture: string) => void, follow: boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    pictures$.subscribe({
      next: write,
      error: (error: unknown) => (follow && hasEnded(error) ? resolve() : reject(error)),
      complete: resolve,
    });
  });

/** Writes pictures: each in place of the one before, or only the last one. */
const pictureWriter = (io: Io, isLive: boolean) => {
  const draw = redraw(io);
  let last = '';
  return {
    next: (picture: string): void => {
      last = harmlessLines(picture);
      if (isLive) draw(last);
    },
    end: (): void => {
      if (!isLive) io.out(last === '' ? 'Nothing has happened.\n' : last.endsWith('\n') ? last : `${last}\n`);
    },
  };
};
