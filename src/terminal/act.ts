import type { Master } from '../client.js';
import { nameOf } from './model/actions.js';
import type { Action } from './model/view.js';

/** Asks a master for something, and resolves with what became of it, in words. Rejects if that is not known or was refused. */
export const act = async (master: Master, action: Action): Promise<string> => {
  const { target } = action;
  const { cluster, slot } = target;
  const name = nameOf(target);
  switch (action.type) {
    case 'restart': {
      const { outcome, cause } = await master.restart({ cluster, slot }).result();
      return `${name}: the restart is ${outcome}${cause === undefined ? '' : `: ${cause.why}`}`;
    }
    case 'stop':
      await master.shutdown({ cluster }).result();
      return `${name} has been stopped`;
    case 'scale':
      await master.scale(action.to, { cluster });
      return `${name} is scaled to ${action.to} workers`;
    default: {
      const { outcome, why } = await master[action.type](action.target.slot, { cluster });
      return `${name}: ${outcome}${why === undefined ? '' : `: ${why}`}`;
    }
  }
};
