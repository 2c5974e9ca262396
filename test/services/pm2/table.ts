import { keys } from '../../../src/services/pm2/keys.js';

/** The table of docs/from-pm2.md. */
export const table = (): string =>
  [
    '| pm2 | here | |',
    '|---|---|---|',
    ...keys.map(
      ({ names, here, remark = '' }) => `| ${names.map((name) => `\`${name}\``).join(' ')} | ${here} | ${remark} |`,
    ),
    '',
  ].join('\n');
