import { explainMissing, requireDependency } from './requireDependency.js';

let loaded: typeof import('rxjs') | undefined;

const load = (): typeof import('rxjs') => {
  try {
    return requireDependency('rxjs');
  } catch (error) {
    throw explainMissing('rxjs', error);
  }
};

/**
 * RxJS, loaded on the first call. Everything that `proteus-cluster/worker` imports uses this instead of `import … from 'rxjs'`, since
 * loading RxJS is most of what that entry point would cost a worker that uses no stream.
 */
export const rxjs = (): typeof import('rxjs') => (loaded ??= load());
