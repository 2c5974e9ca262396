import type { Address, WorkerRef } from './events.js';

/** The name of a worker in sentences and errors: its id, slot and pid. */
export const nameOf = ({ id, slot, pid }: WorkerRef): string =>
  `worker ${id} (${slot === 0 ? 'in no slot yet' : `slot ${slot}`}${pid === undefined ? '' : `, pid ${pid}`})`;

/** Where a worker listens: `127.0.0.1:8080`, `[::1]:8080`, `*:8080` for every address, or the path of a socket. */
export const placeOf = ({ address, port }: Address): string => {
  if (port === null || port < 0) return `${address}`;
  return `${address?.includes(':') === true ? `[${address}]` : (address ?? '*')}:${port}`;
};

/** Removes what would control a terminal: escape sequences, control characters, and marks that change the direction of text. Newlines and tabs stay. */
export const harmless = (text: string): string => text.replaceAll(control, (found) => (isSpace(found) ? found : ''));

/** The same for text that may have colours: those stay, and are reset at the end. */
export const harmlessInColour = (text: string): string => {
  let coloured = false;
  const kept = text.replaceAll(control, (found) => {
    if (!colour.test(found)) return isSpace(found) ? found : '';
    coloured = true;
    return found;
  });
  return coloured ? `${kept}${reset}` : kept;
};

const isSpace = (found: string): boolean => found === '\n' || found === '\t';

const escape = String.fromCodePoint(0x1b);
const bell = String.fromCodePoint(0x07);
const reset = `${escape}[0m`;
/** In this order: strings for the terminal itself, such as its title, up to their end; escape sequences; other control characters; marks of direction. */
const control = new RegExp(
  [
    String.raw`(?:${escape}[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^${bell}${escape}\u0090\u0098\u009c-\u009f]*(?:${bell}|\u009c|${escape}\\)`,
    String.raw`(?:${escape}\[|\u009b)[0-?]*[ -/]*[@-~]`,
    String.raw`${escape}[ -/]*[0-~]`,
    String.raw`\p{Cc}`,
    String.raw`[\u202a-\u202e\u2066-\u2069]`,
  ].join('|'),
  'gu',
);
const colour = new RegExp(String.raw`^${escape}\[[\d;:]*m$`);
