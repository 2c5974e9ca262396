import type { ClusterStatus } from '../../../status.js';
import { plural } from './format.js';

/** What can be done to a cluster. */
export type Action =
  | { readonly name: 'restart'; readonly cluster: string; readonly slot?: number }
  | { readonly name: 'scale'; readonly cluster: string; readonly to: number }
  | { readonly name: 'pause' | 'resume'; readonly cluster: string; readonly slot: number }
  | { readonly name: 'shutdown'; readonly cluster: string };

/** What an action is called on its button and in its confirmation. */
export const titleOf = (action: Action): string => {
  switch (action.name) {
    case 'restart':
      return action.slot === undefined ? `Restart ${action.cluster}` : `Restart slot ${action.slot}`;
    case 'scale':
      return `Scale ${action.cluster}`;
    case 'pause':
      return `Pause slot ${action.slot}`;
    case 'resume':
      return `Resume slot ${action.slot}`;
    default:
      return `Shut down ${action.cluster}`;
  }
};

/** What will happen, for the one who confirms it. */
export const consequenceOf = (action: Action, { size, ready }: Pick<ClusterStatus, 'size' | 'ready'>): string => {
  switch (action.name) {
    case 'restart':
      return action.slot === undefined
        ? `Each of the ${plural(size, 'worker')} is replaced by a new one, which loads the files that are on disk now. An old worker leaves when its replacement is available, so the cluster serves all the time. If a new worker fails, the restart is aborted and the others stay.`
        : `The worker of slot ${action.slot} is replaced by a new one, which loads the files that are on disk now. It leaves when the new one is available.`;
    case 'scale': {
      const by = action.to - size;
      if (by === 0) return `There are ${plural(size, 'slot')} already. Nothing changes.`;
      return by > 0
        ? `${plural(by, 'worker')} more ${by === 1 ? 'is' : 'are'} started.`
        : `The workers of the ${plural(-by, 'highest slot')} finish what they do, and leave.`;
    }
    case 'pause':
      return `The worker of slot ${action.slot} gets no new connections and finishes what it does. Its process stays. ${plural(Math.max(0, ready - 1), 'other worker')} ${ready === 2 ? 'serves' : 'serve'} meanwhile.`;
    case 'resume':
      return `The worker of slot ${action.slot} gets connections again.`;
    default:
      return `All ${plural(size, 'worker')} finish what they do, and leave. ${action.cluster} then serves nobody, and it cannot be started from here.`;
  }
};

/** The request that carries it out. */
export const requestOf = (action: Action): { readonly method: string; readonly body: object } => {
  const { name, ...body } = action;
  return { method: name, body };
};

/** The part of an answer that tells what became of it. */
interface Outcome {
  readonly result?: {
    readonly outcome?: string;
    readonly why?: string;
    readonly cause?: { readonly why?: string };
  };
  readonly error?: { readonly message?: string };
}

/** What became of an action, by the last line of the answer. */
export const outcomeOf = (action: Action, answer: Outcome): { readonly failed: boolean; readonly text: string } => {
  const title = titleOf(action);
  if (answer.error !== undefined) return { failed: true, text: `${title}: ${answer.error.message ?? 'it failed'}` };
  const { outcome = 'accepted', why, cause } = answer.result ?? {};
  const reason = cause?.why ?? why;
  const failed = outcome === 'aborted' || outcome === 'cancelled' || outcome === 'refused';
  return { failed, text: `${title}: ${outcome}${reason === undefined ? '' : `, because ${reason}`}` };
};
