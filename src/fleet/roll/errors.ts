/** A roll cannot begin, be resumed or be aborted as asked. The message says why, and what to do. */
export class RollError extends Error {
  override readonly name = 'RollError';
  constructor(
    /**
     * `in-progress`: the service has a roll that has not ended. `in-transition`: hosts may still be in a restart of the roll before. `no-roll`: there is none. `ended`: it is over, or has begun
     * anew. `no-host`: no host, or a host that is no member or does not run the service. `unreachable`: the store does not answer. `invalid-record`: the record cannot be read.
     */
    readonly reason:
      | 'in-progress'
      | 'in-transition'
      | 'no-roll'
      | 'ended'
      | 'no-host'
      | 'unreachable'
      | 'invalid-record',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
