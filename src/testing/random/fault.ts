/**
 * What a worker may do wrong. `cannot start`: its process cannot be started. `slow boot`: up to ten seconds until it listens. `never listens`. `early crash`: in its first second.
 * `crash`: at any time. `hang`: it runs an endless loop, waits in a synchronous call or is stopped, for a while or for good. `leaves`: it disconnects on its own.
 * `SIGTERM`: it gets that from outside. `slow exit`: up to ten seconds from being asked to leave to its exit. `never exits`: until it is killed. `broken release`: from some worker on, all crash in their first second.
 */
export type Fault =
  | 'cannot start'
  | 'slow boot'
  | 'never listens'
  | 'early crash'
  | 'crash'
  | 'hang'
  | 'leaves'
  | 'SIGTERM'
  | 'slow exit'
  | 'never exits'
  | 'broken release';

/** All faults. */
export const allFaults: readonly Fault[] = [
  'crash',
  'early crash',
  'cannot start',
  'slow boot',
  'never listens',
  'hang',
  'leaves',
  'SIGTERM',
  'slow exit',
  'never exits',
  'broken release',
];
