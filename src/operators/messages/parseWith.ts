import type { OperatorFunction } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { ConfigError, MessageError, messageOf } from '../../vocabulary/errors.js';
import type { MessageCarrier } from './message.js';
import { isThenable, type Thenable } from '../../vocabulary/thenable.js';

/** A schema of any library that implements [Standard Schema](https://standardschema.dev): valibot, zod, arktype … */
export interface Schema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Result<T> | Thenable;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

type Result<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** Called with each message that the schema rejects, and the reason. */
export type OnParseFailure = (event: MessageCarrier, error: Error) => void;

/**
 * Emits the messages that the schema accepts, with the schema's output (defaults, transformations). A rejected message is reported and dropped; the stream continues.
 *
 * ```
 * source              a--b--c|       b is rejected
 * parseWith(_, _, _)  A-----C|
 * ```
 *
 * A schema that throws or is asynchronous rejects every message: waiting for it would reorder messages.
 */
export const parseWith = (
  schema: Schema<unknown>,
  what: string,
  onFailure: OnParseFailure,
): OperatorFunction<MessageCarrier, MessageCarrier> => {
  const validate = validator(schema, what);
  const { filter, map } = rxjs();
  return (source$) =>
    source$.pipe(
      map((event) => {
        const result = validate(event.message);
        if (!(result instanceof Error)) return { ...event, message: result.value };
        onFailure(event, result);
        return undefined;
      }),
      filter((event) => event !== undefined),
    );
};

const validator = (schema: Schema<unknown>, what: string) => {
  const standard: unknown = isObject(schema) ? schema['~standard'] : undefined;
  if (!isObject(standard) || !('validate' in standard) || typeof standard.validate !== 'function') {
    throw new ConfigError(what, 'expected a Standard Schema (of valibot, zod, arktype …) as the second argument');
  }
  return (message: unknown): Error | { readonly value: unknown } => {
    try {
      const result = schema['~standard'].validate(message);
      if (isThenable(result)) {
        // An unhandled rejection would end the master.
        result.then(undefined, () => {});
        return new MessageError(
          `${what}: expected a synchronous schema, got an asynchronous one. No message passes it`,
        );
      }
      if (result.issues === undefined) return result;
      return new MessageError(`${what}: the schema rejected a message: ${result.issues.map(issueText).join('; ')}`);
    } catch (thrown) {
      return new MessageError(`${what}: the schema threw: ${messageOf(thrown)}`, { cause: thrown });
    }
  };
};

const issueText = ({ message, path = [] }: Issue): string => {
  const keys = path.map((step) => String(isObject(step) && 'key' in step ? step.key : step));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
};

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;
