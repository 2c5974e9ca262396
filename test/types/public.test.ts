import { filter, map, type Observable } from 'rxjs';
import { expectTypeOf, test } from 'vitest';
import {
  type CatchableSignal,
  cluster,
  type ClusterEvent,
  cmd,
  type CommandMessage,
  type Config,
  events$,
  is,
  type Message,
  messages$,
  observe,
  request,
  restart,
  type RestartCause,
  restart$,
  type RestartResult,
  route,
  shutdown$,
  signal$,
  type WorkerRef,
} from '../../src/index.js';
import * as fromMaster from '../../src/worker.js';

// `tsc` checks this file, under the strictest options. Nothing in it is called: what it says is in its types.
const neverCalled: (calls: () => unknown) => void = () => {};

interface Hit {
  readonly cmd: 'hit';
  readonly page: string;
}
interface Price {
  readonly id: number;
}
interface Commands {
  readonly hit: Hit;
  readonly price: Price;
}

test('the type of an event is one that there is', () => {
  neverCalled(() => {
    // @ts-expect-error a typing error
    is('exti');
    // @ts-expect-error one of several has a typing error
    is('exit', 'frok');
    // @ts-expect-error no type at all
    is();
  });
  expectTypeOf<Parameters<typeof is>[0]>().toEqualTypeOf<ClusterEvent['type']>();
});

test('is narrows to the event, and to the union of several', () => {
  neverCalled(() => {
    events$.pipe(filter(is('exit'))).subscribe((event) => {
      expectTypeOf(event.type).toEqualTypeOf<'exit'>();
      expectTypeOf(event.code).toEqualTypeOf<number | null>();
    });
    events$.pipe(filter(is('exit', 'fork'))).subscribe((event) => {
      expectTypeOf(event.type).toEqualTypeOf<'exit' | 'fork'>();
      expectTypeOf(event.worker).toEqualTypeOf<WorkerRef>();
      if (event.type === 'fork') expectTypeOf(event.why).toBeString();
    });
  });
});

test('a signal is one that can be handled', () => {
  neverCalled(() => {
    signal$('SIGUSR1');
    // @ts-expect-error a typing error
    signal$('SIGUSER2');
    // @ts-expect-error no process can handle it
    signal$('SIGKILL');
  });
  const config: Config = { signals: { SIGUSR2: 'restart', SIGHUP: false, SIGTTIN: undefined } };
  // @ts-expect-error a typing error
  const misspelt: Config = { signals: { SIGUSER2: 'restart' } };
  // @ts-expect-error no process can handle it
  const uncatchable: Config = { signals: { SIGSTOP: 'restart' } };
  expectTypeOf([config, misspelt, uncatchable]).items.toEqualTypeOf<Config>();
  expectTypeOf<'SIGKILL' | 'SIGSTOP'>().not.toExtend<CatchableSignal>();
});

test('cmd narrows a message to its command, or to the type that is given', () => {
  neverCalled(() => {
    messages$.pipe(filter(cmd('hit'))).subscribe(({ message, worker }) => {
      expectTypeOf(message).toEqualTypeOf<CommandMessage<'hit'>>();
      expectTypeOf(worker).toEqualTypeOf<WorkerRef>();
    });
    messages$.pipe(filter(cmd<Hit>('hit'))).subscribe(({ message, worker, reply }) => {
      expectTypeOf(message).toEqualTypeOf<Hit>();
      expectTypeOf(worker).toEqualTypeOf<WorkerRef>();
      reply?.(message.page);
    });
    messages$
      .pipe(filter(cmd<Price>('price')))
      .subscribe(({ message }) => expectTypeOf(message).toEqualTypeOf<Price>());
    fromMaster.messages$
      .pipe(filter(fromMaster.cmd<Hit>('hit')))
      .subscribe(({ message }) => expectTypeOf(message).toEqualTypeOf<Hit>());
    // @ts-expect-error the type has another command
    cmd<Hit>('hti');
  });
});

test('route has the command of each handler, or the types of a map from commands to messages', () => {
  neverCalled(() => {
    const routed$ = messages$.pipe(
      route({
        hit: ({ message, worker }) => {
          expectTypeOf(message).toEqualTypeOf<CommandMessage<'hit'>>();
          expectTypeOf(worker).toEqualTypeOf<WorkerRef>();
        },
      }),
    );
    expectTypeOf(routed$).toEqualTypeOf<Observable<Message>>();
    messages$.pipe(
      route<Commands>({
        hit: ({ message, worker }) => `${message.page} ${worker.slot}`,
        price: ({ message, reply }) => reply?.(message.id.toFixed()),
      }),
    );
    // It need not handle all of them.
    messages$.pipe(route<Commands>({ hit: ({ message }) => expectTypeOf(message).toEqualTypeOf<Hit>() }));
    fromMaster.messages$.pipe(fromMaster.route<Commands>({ price: ({ message }) => message.id.toFixed() }));
    // What was added to a message before is still there.
    messages$.pipe(
      map((event) => ({ ...event, extra: 1 })),
      route({ hit: ({ extra }) => extra.toFixed() }),
      map(({ extra }) => extra.toFixed()),
    );
    // @ts-expect-error there is no such command
    route<Commands>({ hti: () => undefined });
    // @ts-expect-error not a function
    messages$.pipe(route({ hit: 7 }));
  });
});

test('topics, requests, observed streams and listeners have the type that is given', () => {
  neverCalled(() => {
    expectTypeOf(fromMaster.topic$<Price>('price')).toEqualTypeOf<Observable<Price>>();
    expectTypeOf(fromMaster.topic$<Price>('price', { scope: 'fleet' })).toEqualTypeOf<Observable<Price>>();
    expectTypeOf(fromMaster.publish('price', 7, { scope: 'fleet' })).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error there is no such scope
    fromMaster.topic$('price', { scope: 'host' });
    request<Price>({ cmd: 'price' }).subscribe(({ reply, error }) => {
      if (error === undefined) expectTypeOf(reply).toEqualTypeOf<Price>();
      else expectTypeOf(error.reason).toEqualTypeOf<'timeout' | 'gone' | 'failed'>();
    });
    observe<Price>('price').subscribe(({ value }) => expectTypeOf(value).toEqualTypeOf<Price>());
    cluster.addMessageListener('hit', (message) => expectTypeOf(message).toEqualTypeOf<CommandMessage>());
    cluster.addMessageListener<Hit>('hit', ({ page }, worker) => `${page} ${worker.slot}`);
  });
});

test('the outcome of a restart determines whether it has a cause', () => {
  expectTypeOf(restart).returns.toEqualTypeOf<Promise<RestartResult>>();
  neverCalled(async () => {
    const result = await restart();
    if (result.outcome === 'aborted') expectTypeOf(result.cause).toEqualTypeOf<RestartCause>();
    if (result.outcome === 'done') expectTypeOf(result.cause).toEqualTypeOf<undefined>();
    // @ts-expect-error it may be done, and then there is no cause
    void result.cause.why;
    const { outcome, cause } = await restart();
    if (outcome !== 'done') expectTypeOf(cause).toEqualTypeOf<RestartCause>();
  });
});

type WithUndefined<T> = { readonly [K in keyof T]: T[K] | undefined };

test('undefined is the default, for each option and what is nested in it', () => {
  expectTypeOf<WithUndefined<Config>>().toExtend<Config>();
  type Nested<Option extends keyof Config> = WithUndefined<Extract<NonNullable<Config[Option]>, object>>;
  expectTypeOf<Nested<'drain'>>().toExtend<NonNullable<Config['drain']>>();
  expectTypeOf<Nested<'backoff'>>().toExtend<NonNullable<Config['backoff']>>();
  expectTypeOf<Nested<'signals'>>().toExtend<NonNullable<Config['signals']>>();
  const { PIDFILE, EXEC } = process.env;
  const config: Config = { pid: PIDFILE, exec: EXEC, log: { file: 'all.log', rotate: { size: undefined } } };
  expectTypeOf(config).toExtend<Config>();
});

test('restart$ and shutdown$ take any value and emit what requested them', () => {
  neverCalled(() => {
    events$.subscribe(restart$);
    signal$('SIGUSR1').subscribe(shutdown$);
    restart$.next();
    restart$.subscribe(({ cluster, why, slot }) => `${cluster} ${why} ${slot}`);
    shutdown$.subscribe(({ force }) => expectTypeOf(force).toBeBoolean());
  });
  expectTypeOf<ClusterEvent>().toHaveProperty('type');
});
