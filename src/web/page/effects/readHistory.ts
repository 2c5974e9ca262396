import type { SeriesData } from '../../samples/series.js';
import { ask } from './api.js';

/** The samples of the last hour that the server of this page has kept of a master. Without an answer none: the page shows what it sees itself. */
export const readHistory = async (token: string, master: string): Promise<SeriesData> => {
  try {
    const { series } = await (await ask(token, `/masters/${encodeURIComponent(master)}/history`)).json();
    return series;
  } catch {
    return [];
  }
};
