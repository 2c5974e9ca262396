import type { FleetReport } from '../../fleet/report.js';
import { ask, RequestFailed } from './api.js';

/** The server answers within this time, or it is silent. */
const answerMs = 5_000;

/** What the server of this page knows of the fleet now, or why it does not say it. */
export const readFleet = async (
  token: string,
): Promise<{ readonly report: FleetReport } | { readonly why: string }> => {
  try {
    return { report: await (await ask(token, '/fleet', { signal: AbortSignal.timeout(answerMs) })).json() };
  } catch (error) {
    return { why: error instanceof RequestFailed ? error.message : 'the server of this page does not answer' };
  }
};
