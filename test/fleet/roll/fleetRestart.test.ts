import { catchError, map, type Observable, of, switchMap, timer } from 'rxjs';
import { members$ } from '../../../src/fleet/membership/members.js';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { RollError } from '../../../src/fleet/roll/errors.js';
import { fleetRestart, planFleetRestart, resumeFleetRestart } from '../../../src/fleet/roll/fleetRestart.js';
import { marbles } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';
import { member } from './records.js';

const restart = { id: 'one', service: 'shop', by: 'anna' };

const reasons = (roll$: Observable<RollRecord>) =>
  roll$.pipe(
    map(({ phase }) => phase),
    catchError((error: unknown) => of(error instanceof RollError ? error.reason : error)),
  );

marbles('a restart that is asked for while the store is not reachable never begins', ({ expectObservable }) => {
  const system = simulatedStore();
  const store = system.host('cli');
  system.host('a').create('members', 'a', member('a')).subscribe();
  timer(10).subscribe(() => system.cut('cli'));
  timer(3_000).subscribe(() => system.heal('cli'));
  const unreachable = { u: 'unreachable' };
  for (const ask of [
    () => fleetRestart(store, members$(store), restart),
    () => planFleetRestart(store, members$(store), restart),
    () => resumeFleetRestart(store, 'shop'),
  ])
    expectObservable(timer(2_000).pipe(switchMap(() => reasons(ask())))).toBe('2s (u|)', unreachable);
  expectObservable(system.writes$.pipe(map(({ bucket }) => bucket))).toBe('-m', { m: 'members' });
});
