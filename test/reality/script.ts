import type { Config } from '../../src/index.js';
import type { WorkerBehaviour } from '../../src/testing.js';

/** What is asked of the cluster from outside. */
export type Act =
  | 'restart'
  | 'restart slot 1'
  | 'shutdown'
  | 'force'
  | `scale to ${number}`
  | `pause slot ${number}`
  | `resume slot ${number}`
  | 'SIGUSR2'
  | 'SIGTERM';

/** Inside the first event with this key (`keyOf.mjs`), the act is asked for. */
interface Outside {
  readonly on: string;
  readonly act: Act;
}

/** What happens to a cluster, for both hosts. Times in ms of virtual time. */
export interface Script {
  readonly config: Config;
  /** How the workers behave, in the order in which they are forked. Later ones behave as `{}` does. */
  readonly lives: readonly WorkerBehaviour[];
  readonly outside: readonly Outside[];
}

/** What a real worker does when it is told to. */
export type Step =
  | { readonly do: 'listen'; readonly port: number; readonly exclusive: boolean }
  | { readonly do: 'ready' }
  | { readonly do: 'say'; readonly messages: readonly unknown[] }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'throw'; readonly message: string }
  | { readonly do: 'signal'; readonly signal: string }
  | { readonly do: 'disconnect'; readonly stays: number }
  | { readonly do: 'hang'; readonly how: 'loop' | 'blocked' }
  | { readonly do: 'leave' };

/** A step of the worker that was forked as the `life`th, from 0, once the master has emitted the first `after` events of the simulation. */
export interface Turn {
  readonly life: number;
  readonly step: Step;
  readonly after: number;
}
