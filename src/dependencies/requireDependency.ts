import { createRequire } from 'node:module';

/**
 * Loads a dependency when it is first needed.
 *
 * `import` gets the same copy of RxJS and pino, which are CommonJS. Bundlers do not see what is required in this way.
 */
export const requireDependency: NodeJS.Require = createRequire(import.meta.url);

/** Says what to do where a dependency is not found, which is the case in a bundle. */
export const explainMissing = (name: string, error: unknown): unknown => {
  if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) return error;
  return new Error(
    `proteus-cluster: expected ${name} to be installed, and it cannot be found from ${import.meta.url}. Install it: npm install ${name}. If this program is a bundle, name proteus-cluster and ${name} as external to the bundler, and install both`,
    { cause: error },
  );
};
