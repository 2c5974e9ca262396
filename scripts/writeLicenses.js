// Writes the licences of the packages whose code is in the files of dist: what they ask of whoever passes them on.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const nameOf = (path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];

const noticeOf = (root, name) => {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e(?:\.\w+)?$/i.test(one));
  if (file === undefined) throw new Error(`${folder}: expected a licence beside the code that is bundled, found none`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
};

/** `modules`: the paths of all modules whose code is in dist. */
export const writeLicenses = (root, modules) => {
  const names = new Set([...modules].map(nameOf).filter((name) => name !== undefined));
  const notices = [...names].toSorted().map((name) => noticeOf(root, name));
  writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${'-'.repeat(80)}\n\n`));
};
