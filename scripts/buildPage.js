// Builds dist/page.html from src/web/page: one file with its script and its style, and a policy that allows nothing else.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

/** What the page uses of the entry points, which as a whole are made for Node. The sentences of events come with the events. */
const entryPoints = (root, letters) => ({
  index: `
    export { quantile } from '${root}src/operators/stats/quantile.ts';
    export { statsBetween } from '${root}src/operators/stats/statsBetween.ts';
    export const describeEvent = () => undefined;`,
  drawing: `export const letters = ${JSON.stringify(letters)};`,
});

const replaceEntryPoints = (contents) => ({
  name: 'entry-points-of-the-page',
  resolveId: (source) => {
    const [, name] = /^(?:\.\.\/)+(index|drawing)\.js$/.exec(source) ?? [];
    return name && `\0${name}`;
  },
  load: (id) => contents[id.slice(1)],
});

const scriptOf = async (root, letters) => {
  const bundle = await rolldown({
    cwd: root,
    input: 'src/web/page/main.ts',
    platform: 'browser',
    external: /^node:/,
    treeshake: { moduleSideEffects: false },
    plugins: [replaceEntryPoints(entryPoints(root, letters))],
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, comments: false });
  await bundle.close();
  const [{ code, imports }, ...others] = output;
  if (imports.length > 0 || others.length > 0)
    throw new Error(
      `the page must be one file: it needs ${[...imports, ...others.map(({ fileName }) => fileName)].join(', ')}`,
    );
  // The end of a script element is nowhere in it.
  return { script: code.replaceAll('</script', String.raw`<\/script`), chunks: output };
};

const stylesOf = (root) =>
  ['node_modules/uplot/dist/uPlot.min.css', 'src/web/page/style.css'].map((path) => readFileSync(root + path, 'utf8'));

const styleOf = (root) =>
  stylesOf(root)
    .join('\n')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1');

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** `letters`: the letter of each type of event. Returns the chunks of the script. */
export const buildPage = async (root, letters) => {
  const { script, chunks } = await scriptOf(root, letters);
  const style = styleOf(root);
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = readFileSync(`${root}src/web/page/page.html`, 'utf8')
    .replace('content="policy"', `content="${policy}"`)
    .replace('<!-- style -->', () => `<style>${style}</style>`)
    .replace('<!-- script -->', () => `<script>${script}</script>`);
  writeFileSync(`${root}dist/page.html`, html);
  return chunks;
};
