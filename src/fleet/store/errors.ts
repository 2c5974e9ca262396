/** The key was written by somebody else: it exists, or has another revision. */
export class StoreConflictError extends Error {
  override readonly name = 'StoreConflictError';
}

/** The store did not answer in time. A write may have been carried out nevertheless. */
export class StoreUnreachableError extends Error {
  override readonly name = 'StoreUnreachableError';
}
