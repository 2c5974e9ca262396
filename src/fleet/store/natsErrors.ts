import { ConfigError } from '../../index.js';
import { StoreConflictError, StoreRefusedError, StoreUnreachableError } from './errors.js';

const wrongLastSequence = new Set([10_071, 10_164]);
const jetStreamDisabled = new Set([10_039, 10_076]);
const certificateProblem = /certificate|self.signed|altname|UNABLE_TO_VERIFY|tls|ssl/i;

/** An error of the packages of NATS as one of the store, with what to do about it. `servers` is where it happened. */
export const storeError = (error: unknown, servers: string): Error => {
  if (isOurs(error)) return error;
  const { name, message, code } = partsOf(error);
  const options = { cause: error };
  if (wrongLastSequence.has(Number(code))) return new StoreConflictError('the key has another revision', options);
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') {
    return new StoreRefusedError(
      `${servers} refuses the credentials: ${message}. Check fleet.credentials, nkey, token, or user and password`,
      options,
    );
  }
  if (name === 'PermissionViolationError') {
    return new StoreRefusedError(
      `${servers} does not permit this user what the fleet needs: ${message}. docs/fleet-security.md lists the subjects`,
      options,
    );
  }
  if (name === 'JetStreamNotEnabled' || jetStreamDisabled.has(Number(code))) {
    return new StoreRefusedError(
      `${servers} has no JetStream for this account, which keeps the state of the fleet. Start nats-server with -js, or put jetstream {} into its configuration`,
      options,
    );
  }
  if (/payload|too large/i.test(message))
    return new StoreRefusedError(`${servers}: the value is too large: ${message}`, options);
  if (/does not support 'tls'/.test(message)) {
    return new StoreRefusedError(
      `${servers} has no TLS, which fleet.tls asks for. Give the server a certificate, or leave fleet.tls out`,
      options,
    );
  }
  if (certificateProblem.test(`${message} ${String(code)}`)) {
    return new StoreRefusedError(
      `${servers}: TLS: ${message}. fleet.tls.ca is the file of the authority that has signed the server's certificate`,
      options,
    );
  }
  if (name === 'JetStreamApiError') return new StoreRefusedError(`${servers}: JetStream: ${message}`, options);
  return new StoreUnreachableError(`${servers} does not answer: ${message}`, options);
};

const isOurs = (error: unknown): error is Error =>
  error instanceof StoreConflictError ||
  error instanceof StoreRefusedError ||
  error instanceof StoreUnreachableError ||
  error instanceof ConfigError;

const partsOf = (error: unknown): { readonly name: string; readonly message: string; readonly code: unknown } => {
  if (!(error instanceof Error)) return { name: '', message: String(error), code: undefined };
  const inner = error.cause instanceof Error ? error.cause : undefined;
  const code = 'code' in error ? error.code : undefined;
  const innerCode = inner !== undefined && 'code' in inner ? inner.code : undefined;
  // A request that is not permitted fails with a RequestError that is caused by the violation.
  const telling = inner?.name === 'PermissionViolationError' || inner?.name === 'JetStreamApiError' ? inner : error;
  const message = inner !== undefined && telling === error ? `${error.message} (${inner.message})` : telling.message;
  return { name: telling.name, message, code: code ?? innerCode };
};
