import type { Row } from './rows.js';
import type { Action } from './view.js';

/** A cluster or slot in a sentence. */
export const nameOf = ({ cluster, slot }: Action['target']): string =>
  slot === undefined ? cluster : `slot ${slot} of ${cluster}`;

/** What an action will do, in words. */
export const consequence = (action: Action, row: Row | undefined): string => {
  const name = nameOf(action.target);
  const workers = row?.cluster.size ?? 0;
  switch (action.type) {
    case 'restart':
      if (action.target.slot !== undefined)
        return `Restart ${name}: a new worker starts beside the old one, which leaves when the new one is available.`;
      return workers === 1
        ? `Restart ${name}: replaces its worker, which leaves when the new one is available; a new one that fails ends the restart.`
        : `Restart ${name}: replaces its ${workers} workers one after the other. Each old worker leaves when its new one is available; a new one that fails ends the restart.`;
    case 'stop': {
      const asked =
        workers === 1
          ? 'its worker to leave when it has answered its requests'
          : `its ${workers} workers to leave when they have answered their requests`;
      return `Stop ${name}: asks ${asked}. Nothing serves ${name} after that.`;
    }
    case 'scale':
      return `Scale ${name} from ${action.from} to ${action.to} worker${action.to === 1 ? '' : 's'}: ${scaled(action.from, action.to)}`;
    case 'pause':
      return `Pause ${name}: its worker gets no new connections and goes on with what it does. The other workers take over.`;
    default:
      return `Resume ${name}: its worker gets connections again.`;
  }
};

const scaled = (from: number, to: number): string => {
  if (to > from)
    return to === from + 1 ? `starts a worker in slot ${to}.` : `starts workers in the slots ${from + 1} to ${to}.`;
  return to === from - 1
    ? `the worker of slot ${from} leaves when it has answered its requests.`
    : `the workers of the slots ${to + 1} to ${from} leave when they have answered their requests.`;
};

/** Why an action cannot be done, or `undefined`. */
export const refusal = (type: Action['type'], row: Row | undefined, isRecording: boolean): string | undefined => {
  if (isRecording) return 'A recording cannot be changed';
  if (row === undefined) return 'Nothing is selected';
  if (row.master.connection === 'ended') return 'Its master has ended';
  if ((type === 'pause' || type === 'resume') && row.slot === undefined) return `Select a slot to ${type}`;
  return undefined;
};
