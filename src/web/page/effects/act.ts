import { type Action, outcomeOf, requestOf } from '../state/actions.js';
import { ask } from './api.js';
import { readLines } from './readLines.js';

/** Carries out an action, and resolves with what became of it. */
export const carryOut = async (token: string, master: string, action: Action) => {
  const { method, body } = requestOf(action);
  try {
    const { body: stream } = await ask(token, `/masters/${encodeURIComponent(master)}/v1/${method}`, { body });
    let last = '{}';
    if (stream !== null) for await (const lines of readLines(stream)) last = lines.at(-1) ?? last;
    return outcomeOf(action, JSON.parse(last));
  } catch (error) {
    return outcomeOf(action, { error: { message: error instanceof Error ? error.message : 'it failed' } });
  }
};
