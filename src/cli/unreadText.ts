import { unreadFolders } from '../client.js';
import type { Io } from './command.js';
import { harmless } from './harmless.js';

/** Remarks about folders in which masters may be that are not found. */
export const unreadText = ({ paint }: Pick<Io, 'paint'>): string =>
  unreadFolders()
    .map(
      ({ path, problem }) => `${paint('yellow', '!')} masters in ${harmless(`${path} are not found: it ${problem}`)}\n`,
    )
    .join('');
