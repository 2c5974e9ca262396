/** Anything with a `then` method, such as a promise. */
export interface Thenable {
  readonly then: (done?: (result: unknown) => void, failed?: (thrown: unknown) => void) => unknown;
}

export const isThenable = (result: unknown): result is Thenable =>
  typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function';
