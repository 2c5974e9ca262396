import type { OperatorFunction } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { ConfigError, MessageError, messageOf } from '../../vocabulary/errors.js';
import type { MessageCarrier } from './message.js';
import { isThenable, type Thenable } from '../../vocabulary/thenable.js';

/** A schema of any library that speaks [Standard Schema](https://standardschema.dev): valibot, zod, arktype … */
export interface Schema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Verdict<T> | Thenable;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

type Verdict<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** Is told of what does not fit, and why. */
export type OnParseFailure = (event: MessageCarrier, error: Error) => void;

/**
 * Lets through what fits the schema, as the schema has it: with its defaults, and what it transforms. What does not fit is told, and goes no further; the stream goes on.
 *
 * ```
 * source            a--b--c|       b does not fit
 * fit(_, _, other)  A-----C|
 * ```
 *
 * A schema that throws, or that is asynchronous, fits nothing: messages would lose their order while it is waited for.
 */
export const parseWith = (
  schema: Schema<unknown>,
  what: string,
  misfit: OnParseFailure,
): OperatorFunction<MessageCarrier, MessageCarrier> => {
  const validate = validator(schema, what);
  const { filter, map } = rxjs();
  return (source$) =>
    source$.pipe(
      map((event) => {
        const verdict = validate(event.message);
        if (!(verdict instanceof Error)) return { ...event, message: verdict.value };
        misfit(event, verdict);
        return undefined;
      }),
      filter((event) => event !== undefined),
    );
};

const validator = (schema: Schema<unknown>, what: string) => {
  const standard: unknown = isObject(schema) ? schema['~standard'] : undefined;
  if (!isObject(standard) || !('validate' in standard) || typeof standard.validate !== 'function') {
    throw new ConfigError(
      what,
      'expected a schema that speaks Standard Schema, such as one of valibot or zod, as the second argument',
    );
  }
  return (message: unknown): Error | { readonly value: unknown } => {
    try {
      const verdict = schema['~standard'].validate(message);
      if (isThenable(verdict)) {
        // Its rejection would end the master.
        verdict.then(undefined, () => {});
        return new MessageError(
          `${what}: expected a schema that validates at once, this one is asynchronous; nothing passes it`,
        );
      }
      if (verdict.issues === undefined) return verdict;
      return new MessageError(`${what}: a message does not fit: ${verdict.issues.map(text).join('; ')}`);
    } catch (thrown) {
      return new MessageError(`${what}: the schema threw: ${messageOf(thrown)}`, { cause: thrown });
    }
  };
};

const text = ({ message, path = [] }: Issue): string => {
  const keys = path.map((step) => String(isObject(step) && 'key' in step ? step.key : step));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
};

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;
