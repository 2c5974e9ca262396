import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pages, root, snippetsOf } from './pages.js';

/** Blocks that nobody can run here. */
const excluded = new Set(['sh', 'text', 'ini', 'json', 'dockerfile', 'nginx', 'diff']);

// Files of this repository are run in a copy of it: addingAFeature.test.ts.
const all = pages.flatMap(snippetsOf).filter(({ file }) => !/^(src|test)\//.test(file ?? ''));
/** The snippets that are programs, or parts of one. */
export const code = all.filter(({ language }) => !excluded.has(language));

/** The package by its own name, and what a snippet may import beside it. */
export const link = (folder: string, names: readonly string[]): void => {
  for (const name of names) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
};
