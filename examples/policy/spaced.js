// A block of our own for a respawn policy: respawns are at least `ms` apart, whatever their slots, so that a database that has just recovered is not overrun.
import { concatMap, ignoreElements, of, startWith, timer } from 'rxjs';

export const spaced = (ms) =>
  concatMap((decision) =>
    decision.type === 'respawn' ? timer(ms).pipe(ignoreElements(), startWith(decision)) : of(decision),
  );
