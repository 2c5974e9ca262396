/** A message with a command: the convention of 2012. */
export interface Command<C extends string = string> {
  readonly cmd: C;
  readonly [key: string]: unknown;
}

/**
 * Whether a message is `{ cmd: name, … }`. For `filter`, where it narrows the type.
 *
 * @example
 * messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ message }) => console.log(message.msg));
 */
export const cmd =
  <C extends string>(name: C) =>
  <E extends { readonly message: unknown }>(event: E): event is E & { readonly message: Command<C> } => {
    const { message } = event;
    return typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === name;
  };
