/** The key was written by somebody else: it exists, or has another revision. */
export class StoreConflictError extends Error {
  override readonly name = 'StoreConflictError';
}

/** The store did not answer in time. A write may have been carried out nevertheless. */
export class StoreUnreachableError extends Error {
  override readonly name = 'StoreUnreachableError';
}

/** The store answers and refuses: credentials, permissions, JetStream that is not enabled, a bucket with other settings, a value that is too large. The message says how to fix it. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
}
