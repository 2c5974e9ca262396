/**
 * A request to a master failed. `code` is the one of the server's answer, such as `not-found`, or one of the client: `unreachable` (nothing listens there), `timeout` (the master does not answer),
 * `ended` (the master, or the connection to it, ended before the answer was complete) or `invalid` (the answer is not one of a control server).
 */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  constructor(
    readonly code: string,
    message: string,
    /** The HTTP status, if the server has answered. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
