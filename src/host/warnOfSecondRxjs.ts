import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { requireDependency } from '../dependencies/requireDependency.js';

let checked = false;

/**
 * Warns once, as a process warning, if the program in `main` has loaded another copy of RxJS than this package. Their operators work together,
 * but `instanceof Observable` is false for streams of the other copy, and virtual time of one does not reach the timers of the other.
 */
export const warnOfSecondRxjs = (main: string | undefined): void => {
  if (checked || main === undefined || !isAbsolute(main)) return;
  checked = true;
  const ours = resolve(() => requireDependency);
  const theirs = resolve(() => createRequire(realpathSync(main)));
  // A copy that has not been loaded does not matter: it may belong to a tool that runs another program.
  if (theirs === undefined || ours === undefined || theirs === ours || !isLoaded(theirs)) return;
  process.emitWarning(
    `expected one copy of rxjs, and there are two: the application has loaded ${describe(theirs)}, and proteus-cluster ${describe(ours)}. ` +
      'Streams of one are not `instanceof Observable` of the other, and virtual time of one does not reach timers of the other. ' +
      'Have the application depend on one version, ^7.8.0, and remove the second copy: npm dedupe, or pnpm dedupe',
    { code: 'PROTEUS_CLUSTER_TWO_RXJS' },
  );
};

const isLoaded = (file: string): boolean => requireDependency.cache[file] !== undefined;

const resolve = (requireOf: () => NodeJS.Require): string | undefined => {
  try {
    return requireOf().resolve('rxjs');
  } catch {
    return undefined;
  }
};

/** The version and folder of the package that a file belongs to. */
const describe = (file: string): string => {
  let folder = dirname(file);
  for (;;) {
    const version = versionIn(folder);
    if (version !== undefined) return `${version} from ${folder}`;
    const parent = dirname(folder);
    if (parent === folder) return file;
    folder = parent;
  }
};

/** RxJS has further package.json files below its own, which have no version. */
const versionIn = (folder: string): string | undefined => {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
    return isNamed && typeof manifest.version === 'string' ? manifest.version : undefined;
  } catch {
    return undefined;
  }
};
