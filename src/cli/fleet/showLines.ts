import { randomUUID } from 'node:crypto';
import type { ViewedLine, ViewedLines, ViewRequest } from '../../fleet.js';
import type { Observable } from 'rxjs';
import type { Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { namesText } from './hostsText.js';
import { untilInterrupted } from '../interrupt.js';
import type { OpenFleet } from './openFleet.js';
import { lineText } from './lineText.js';

/** How long a line is held, so that one of another host that is older can still be shown before it. Where nothing is followed, until all have answered. */
const holdMs = 400;
/** How long hosts have to answer, where nothing is followed. */
const answerMs = 2_000;

/** When it is said who answers. */
const saidAfterMs = 1_500;

interface Shown extends ViewedLine {
  readonly host: string;
}

export interface Wanted extends Omit<ViewRequest, 'id'> {
  readonly follow: boolean;
  readonly json: boolean;
}

/** Shows lines of all hosts, merged by their times, and says how many a host has left out. Resolves with how many were shown. */
export const showLines = async (
  { fleet, store, rx, each }: OpenFleet,
  { follow, json, ...request }: Wanted,
  io: Io,
): Promise<number> => {
  const all$: Observable<ViewedLines> = fleet.viewLines(store, { id: randomUUID(), ...request });
  const lines$ = (follow ? all$ : all$.pipe(rx.takeUntil(rx.timer(answerMs)))).pipe(
    rx.tap(({ host, dropped }) => {
      answering.add(harmless(host));
      if (dropped > 0) io.err(`${harmless(host)}: ${dropped} lines were left out, because there were too many\n`);
    }),
    rx.mergeMap(({ host, lines }) => lines.map((line): Shown => ({ host, ...line }))),
    fleet.inOrderOfTime<Shown>(follow ? holdMs : answerMs),
  );
  let shown = 0;
  const answering = new Set<string>();
  const said = setTimeout(() => {
    io.err(answering.size === 0 ? 'No host answers yet.\n' : `Watching ${namesText([...answering].toSorted())}\n`);
  }, saidAfterMs);
  if (!follow) clearTimeout(said);
  await untilInterrupted(
    () =>
      each(lines$, ({ host, ...line }) => {
        shown += 1;
        io.out(json ? `${JSON.stringify({ host, ...line })}\n` : lineText(host, line, io.paint));
      }),
    () => exitCodes.ok,
  ).finally(() => clearTimeout(said));
  return shown;
};
