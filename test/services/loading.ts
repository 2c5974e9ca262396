import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fresh, write } from '../process/harness.js';

/** A configuration to load. */
export interface Loading {
  readonly files: Readonly<Record<string, string>>;
  /** The path that is given. */
  readonly path?: string;
  readonly profile?: string;
}

/** What came of it. The folder is shown as `FOLDER`. */
export interface Outcome {
  readonly file?: string;
  readonly services?: readonly {
    readonly name?: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly after: readonly string[];
  }[];
  readonly notes?: readonly string[];
  readonly failed?: string;
}

const script = `
  import { readFileSync } from 'node:fs';
  import { loadConfig } from 'proteus-cluster/services';
  const outcomes = [];
  for (const { folder, path, profile } of JSON.parse(readFileSync('cases.json', 'utf8'))) {
    process.chdir(folder);
    let outcome;
    try {
      outcome = await loadConfig(path, { profile });
    } catch (error) {
      outcome = { failed: error.name + ': ' + error.message };
    }
    outcomes.push(JSON.parse(JSON.stringify(outcome).replaceAll(folder, 'FOLDER')));
  }
  console.log(JSON.stringify(outcomes));`;

/** Loads configurations, each in a folder of its own, in another process: they are modules, and vitest would load them in a way of its own. */
export const loadAll = async (loadings: readonly Loading[]): Promise<readonly Outcome[]> => {
  const root = fresh({ 'main.mjs': script });
  const cases = loadings.map(({ files, ...rest }, index) => {
    const folder = join(root, String(index));
    mkdirSync(folder);
    write(folder, files);
    return { folder, ...rest };
  });
  write(root, { 'cases.json': JSON.stringify(cases) });
  const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs'], { cwd: root });
  const outcomes: readonly Outcome[] = JSON.parse(stdout);
  return outcomes;
};

/** Loads one. */
export const load = async (loading: Loading): Promise<Outcome | undefined> => (await loadAll([loading]))[0];
