import { createRequire } from 'node:module';

/**
 * Loads a dependency when it is first needed.
 *
 * `import` loads the same copy of RxJS and pino, because both are CommonJS. Bundlers do not see this call.
 */
export const requireDependency: NodeJS.Require = createRequire(import.meta.url);

/** Explains what to do if a dependency is not found, for example in a bundle. */
export const explainMissing = (name: string, error: unknown): unknown => {
  if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) return error;
  return new Error(
    `proteus-cluster: expected ${name} to be installed, and it cannot be found from ${import.meta.url}. Install it: npm install ${name}. If this program is a bundle, name proteus-cluster and ${name} as external to the bundler, and install both`,
    { cause: error },
  );
};
