import type { Observable } from 'rxjs';
import type { MemberRecord, RollRecord } from '../../fleet.js';
import type { Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { untilInterrupted } from '../interrupt.js';
import { harmless } from '../harmless.js';
import { duration, plural } from '../units.js';
import type { OpenFleet } from './openFleet.js';
import { members$ } from './readFleet.js';
import { planText, progressLines, rollLine, rollText } from './rollText.js';

/** How long the members are waited for, in ms. */
const answerMs = 2_000;

/** Shows a restart until its end. Its hosts carry it out, so it goes on when this process ends. */
export const followRestart = async (
  open: OpenFleet,
  roll$: Observable<RollRecord>,
  json: boolean,
  io: Io,
): Promise<number> => {
  const { each, store, rx } = open;
  const begun = performance.now();
  let last: RollRecord | undefined;
  const show = (roll: RollRecord): void => {
    if (json) io.out(`${JSON.stringify(roll)}\n`);
    else {
      if (last === undefined) io.out(`${rollLine(roll, io.paint)}\n  ${planText(roll)}\n`);
      for (const line of progressLines(last, roll, io.paint)) io.out(`${line}\n`);
    }
    last = roll;
  };
  const lost = store.reachable$.pipe(rx.skip(1)).subscribe((reachable) => {
    io.err(
      reachable
        ? 'NATS is reachable again.\n'
        : 'NATS is not reachable. The restart is in the hands of the hosts; waiting …\n',
    );
  });
  await untilInterrupted(
    () => each(roll$, show),
    () => {
      io.err(`The restart goes on. Watch it: proteus fleet status${last === undefined ? '' : ` ${last.service}`}\n`);
    },
  ).finally(() => lost.unsubscribe());
  if (last === undefined) return exitCodes.failed;
  const isDone = last.phase === 'done' && last.hosts.every(({ state }) => state === 'done');
  const took = duration(performance.now() - begun);
  if (!json && isDone)
    io.out(
      `${io.paint('green', 'done')}: ${harmless(last.service)} on ${plural(last.hosts.length, 'host')} in ${took}\n`,
    );
  else if (!json) io.out(`\n${rollText(last, io, await hostsNow(open))}`);
  return isDone ? exitCodes.ok : exitCodes.failed;
};

/** They say which code runs on hosts that have not begun. Without an answer that is left out. */
const hostsNow = async (open: OpenFleet): Promise<readonly MemberRecord[]> => {
  const { rx } = open;
  const known$ = members$(open).pipe(
    rx.map((members) => [...members.values()]),
    rx.timeout({ first: answerMs, with: () => rx.of([]) }),
  );
  return rx.firstValueFrom(known$);
};
