import type { Observable, OperatorFunction } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import { parseWith, type OnParseFailure, type Schema } from './parseWith.js';
import type { MessageCarrier } from './message.js';

/** A message with a command: the convention of proteus-cluster 1 (2012). */
export interface CommandMessage<C extends string = string> {
  readonly cmd: C;
  readonly [key: string]: unknown;
}

/** The command of a message type; any command, where the type has no `cmd`. */
type CommandOf<M> = M extends { readonly cmd: infer C extends string } ? C : string;

/** A predicate for `filter`, which narrows the type of the message. */
type HasMessage<M> = <E extends MessageCarrier>(event: E) => event is E & { readonly message: M };

/** With a schema: an operator that emits the messages with the schema's output. */
type ParsesCommand<T> = <E extends MessageCarrier>(
  source$: Observable<E>,
) => Observable<Omit<E, 'message'> & { readonly message: T }>;

/** `cmd(name)`, `cmd<Type>(name)` or `cmd(name, schema)`. */
export interface Cmd {
  <C extends string>(name: C): HasMessage<CommandMessage<C>>;
  <M extends object>(name: CommandOf<M>): HasMessage<M>;
  <T>(name: string, schema: Schema<T>): ParsesCommand<T>;
}

const notAnOperator = (name: string): ConfigError =>
  new ConfigError(
    `cmd('${name}')`,
    'is a predicate, not an operator',
    `Write messages$.pipe(filter(cmd('${name}'))), or give it a schema: messages$.pipe(cmd('${name}', schema))`,
  );

/** Creates `cmd`. `onFailure` is called for each message that the schema rejects. */
export const createCmd = (onFailure: OnParseFailure): Cmd => {
  const cmd = (name: unknown, schema?: Schema<unknown>): unknown => {
    if (typeof name !== 'string' || name === '') {
      throw new ConfigError('cmd()', `expected a command (a string that is not empty), got ${showValue(name)}`);
    }
    const isCommand = (event: MessageCarrier): boolean => {
      const { message } = event;
      if (typeof message === 'object' && message !== null) return 'cmd' in message && message.cmd === name;
      if (message === undefined && rxjs().isObservable(event)) throw notAnOperator(name);
      return false;
    };
    if (schema === undefined) return isCommand;
    const parse: OperatorFunction<MessageCarrier, MessageCarrier> = parseWith(schema, `cmd('${name}')`, onFailure);
    return (source$: unknown) => {
      const { filter, isObservable } = rxjs();
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if (isObservable(source$)) return (source$ as Observable<MessageCarrier>).pipe(filter(isCommand), parse);
      throw new ConfigError(
        `cmd('${name}', schema)`,
        'is an operator, not a predicate',
        'Write messages$.pipe(cmd(name, schema)), without filter',
      );
    };
  };
  // One function implements both forms; the compiler cannot derive the result from the arguments.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return cmd as Cmd;
};
