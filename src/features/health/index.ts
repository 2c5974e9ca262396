import { EMPTY, identity } from 'rxjs';
import { nameOf } from '../../vocabulary/wording.js';
import type { Feature, Forking } from '../contract/feature.js';
import { startsInspector } from '../../host/inspectPort.js';
import { type HealthDraft, healthEvents } from './events.js';
import { name } from './frames.js';
import { hangText, seconds } from './hangText.js';
import { replaceHung$ } from './replaceHung.js';
import { checkHealth, type Health, healthRule, settingsOf } from './settings.js';
import { type HealthState, healthState } from './state.js';
import { watchHealth } from './watchHealth.js';
import { watchHeld } from './watchHeld.js';

export interface HealthOptions {
  /**
   * Whether workers that hang are found and replaced: those that do not answer heartbeats for `timeout`. Off while a debugger may pause them (`--inspect`).
   * Default: `{ interval: 5000, timeout: 60000, stack: false }`; `false` with `preload: false`.
   */
  readonly health?: Health | false | undefined;
}

/** Workers that hang are reported and replaced. */
export const health: Feature<'health', HealthOptions, HealthDraft, HealthState> = {
  name,
  options: {
    health: { rule: healthRule, default: {}, needsPreload: true, defaultWithoutPreload: false, check: checkHealth },
  },
  // A port that is free, opened by SIGUSR1. Not where the user has chosen one, nor for a debugger.
  execArgv: ({ health: given }, execArgv) =>
    given !== false && settingsOf(given).stack && !startsInspector(execArgv) ? ['--inspect-port=0'] : [],
  slice: healthState,
  epic: (context) => (context.options.health === false ? EMPTY : replaceHung$(context)),
  process: (context, slotRef) => {
    const { health: given } = context.options;
    return given === false ? identity : watchHealth(settingsOf(given), context, slotRef);
  },
  forks: (context, { fork }) => {
    const { health: given } = context.options;
    const watched: Forking['fork'] = (slotRef, forkOptions) => {
      const release$ = forkOptions?.release$;
      const process$ = fork(slotRef, forkOptions);
      if (given === false || release$ === undefined) return process$;
      return process$.pipe(watchHeld(settingsOf(given), context, slotRef, release$));
    };
    return { fork: watched, beside$: EMPTY };
  },
  events: healthEvents,
  letters: { hung: 'b', overloaded: 'w', recovered: 'z' },
  sentences: {
    hung: (hung) => ['error', `${nameOf(hung.worker)} hangs: ${hangText(hung)}${indented(hung.stack)}`],
    overloaded: ({ worker, after, utilization }) => [
      'warn',
      `${nameOf(worker)} is overloaded: three late answers, the last after ${seconds(after)}; its event loop is busy ${Math.round(utilization * 100)} % of the time`,
    ],
    recovered: ({ worker, from, after }) => [
      'info',
      from === 'hung'
        ? `${nameOf(worker)} answers again, after ${seconds(after)}`
        : `${nameOf(worker)} is overloaded no longer`,
    ],
  },
};

const indented = (stack: string | undefined): string =>
  stack === undefined ? '' : `\n${stack.replaceAll(/^/gm, '    at ')}`;
