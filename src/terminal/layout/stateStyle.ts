import type { EventLevel } from '../../index.js';
import type { Style } from '../screen/style.js';

const styles: Readonly<Record<string, Style>> = {
  running: 'green',
  available: 'green',
  ready: 'green',
  ended: 'dim',
  vacant: 'dim',
  hung: 'red',
  backoff: 'red',
  lost: 'red',
  'no answer': 'red',
};

/** States that need no attention are green, those that pass are yellow. */
export const stateStyle = (state: string): Style => styles[state] ?? 'yellow';

export const levelStyle = (level: EventLevel): Style => {
  if (level === 'error') return 'red';
  return level === 'warn' ? 'yellow' : '';
};
