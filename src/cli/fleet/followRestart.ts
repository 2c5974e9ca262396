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
  let hosts: readonly MemberRecord[] = [];
  // What cannot be read is told by the restart itself.
  const known = members$(open).subscribe({ next: (members) => (hosts = [...members.values()]), error: () => {} });
  await untilInterrupted(
    () => each(roll$, show),
    () =>
      io.err(`The restart goes on. Watch it: proteus fleet status${last === undefined ? '' : ` ${last.service}`}\n`),
  ).finally(() => {
    lost.unsubscribe();
    known.unsubscribe();
  });
  if (last === undefined) return exitCodes.failed;
  const isDone = last.phase === 'done' && last.hosts.every(({ state }) => state === 'done');
  const took = duration(performance.now() - begun);
  if (!json && isDone)
    io.out(
      `${io.paint('green', 'done')}: ${harmless(last.service)} on ${plural(last.hosts.length, 'host')} in ${took}\n`,
    );
  else if (!json) io.out(`\n${rollText(last, io, hosts)}`);
  return isDone ? exitCodes.ok : exitCodes.failed;
};
