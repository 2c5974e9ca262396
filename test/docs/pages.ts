import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block of a page. */
export interface Snippet {
  /** `docs/logs.md:12`: where it begins. */
  readonly at: string;
  readonly page: string;
  readonly language: string;
  readonly code: string;
  /** Its file, if its first line is a comment with nothing but that: `// worker.js`. */
  readonly file: string | undefined;
}

export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

export const snippetsOf = (page: string): readonly Snippet[] => {
  const text = textOf(page);
  return Array.from(text.matchAll(/^```(.*)\n([^]*?)^```$/gm), ({ 1: language = '', 2: code = '', index }) => ({
    at: `${page}:${text.slice(0, index).split('\n').length}`,
    page,
    language,
    code,
    file: /^\/\/ (\S+\.[cm]?[jt]s)\n/.exec(code)?.[1],
  }));
};

/** What GitHub makes of a heading when one links to it. */
export const anchorsOf = (page: string): readonly string[] =>
  Array.from(textOf(page).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
