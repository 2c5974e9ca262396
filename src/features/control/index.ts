import type { Feature } from '../contract/feature.js';
import { checkControl, controlRule, type ControlServer } from './options.js';

export interface ControlOptions {
  /**
   * Whether the master can be operated from outside, by the command `proteus` and over HTTP: through a Unix socket in a private folder of the user. With a port, also on TCP. Default: true.
   */
  readonly control?: boolean | ControlServer | undefined;
}

/** The master is operated through a control socket. */
export const control: Feature<'control', ControlOptions> = {
  name: 'control',
  options: { control: { rule: controlRule, default: true, check: checkControl } },
  attach: {
    load: () => import('../../control.js'),
    settings: ({ control }): ControlServer | undefined => {
      if (control === false) return undefined;
      return control === true ? {} : control;
    },
  },
  letters: {},
  sentences: {},
};
