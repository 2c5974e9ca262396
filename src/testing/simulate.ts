import { Subject, Subscription } from 'rxjs';
import type { Config } from '../config/options.js';
import type { ClusterEvent } from '../features/index.js';
import { ConfigError, messageOf } from '../vocabulary/errors.js';
import type { ClusterCommand } from '../vocabulary/events.js';
import { checkBehaviour } from './checkBehaviour.js';
import { commandOf, isSignal, isSuspension, suspendedMs } from './diagrams/diagramInputs.js';
import { EndlessSimulationError } from './endlessSimulationError.js';
import { byFork, type Lives } from './lives.js';
import { rehearse } from './rehearse.js';
import { checkScript, type Input, type Script } from './script.js';
import { type Outcome, type Simulation, simulationOf } from './simulation.js';
import { simulatedHost } from './simulatedHost.js';
import { EndlessTimeError, virtualTime } from './virtualTime.js';

const defaultMaxEvents = 200_000;

/**
 * Runs the master with your options over simulated workers, in virtual time, and returns what happened: an hour of a cluster takes milliseconds. It runs synchronously and
 * needs no test runner. `config` has the options of `cluster$`; those that only concern real processes (`pid`, `exec`, `log` …) are checked and otherwise ignored.
 *
 * The same config and script have the same result, if their functions have. A cluster that has not ended after `duration` is unsubscribed.
 *
 * Throws `ConfigError` for a wrong option or script, before anything runs; an Error for a function of the script that throws; `EndlessSimulationError` for a simulation that
 * does not end; and an Error inside another simulation or a `TestScheduler`. Timers and clocks of RxJS are virtual meanwhile, and no others: a promise or `setTimeout` in a policy does nothing.
 *
 * @example
 * const { status, ending, diagram } = simulate(
 *   { worker: 2, maxForkCount: 10 },
 *   { duration: 60_000, workers: [{}, { crashes: { after: 5_000 } }], inputs: [{ at: 30_000, input: 'restart' }] },
 * );
 * console.log(diagram);
 */
export const simulate = (config: Config, script: Script): Simulation => {
  checkScript(script);
  const { duration, workers = [], inputs = [], random = () => 0.5, maxEvents = defaultMaxEvents } = script;
  const time = virtualTime();
  const lives = typeof workers === 'function' ? workers : byFork(workers);
  const commands$ = new Subject<ClusterCommand>();
  const events: ClusterEvent[] = [];
  const given: Input[] = [];
  const running = new Subscription();
  let failure: Error | undefined;
  let ended: Pick<Outcome, 'ending' | 'error' | 'endedAt'> | undefined;

  const end = (ending: Outcome['ending'], error?: unknown): void => {
    ended ??= { ending, error, endedAt: time.now() };
    running.unsubscribe();
    time.stop();
  };
  const fail = (error: Error): void => {
    failure ??= error;
    end('running');
  };
  const behave: Lives = (slotRef, fork) => {
    try {
      const behaviour = lives(slotRef, fork);
      checkBehaviour(`script.workers (fork ${fork})`, behaviour);
      return behaviour;
    } catch (thrown) {
      if (thrown instanceof ConfigError) {
        fail(thrown);
        return {};
      }
      const problem = `script.workers: the function threw for fork ${fork}, in slot ${slotRef.slot}: ${messageOf(thrown)}`;
      fail(new Error(problem, { cause: thrown }));
      return {};
    }
  };
  const host = simulatedHost({ behave, random, now: time.now });
  const hear = (event: ClusterEvent): void => {
    if (ended !== undefined) return;
    events.push(event);
    if (events.length <= maxEvents) return;
    const fix = 'If so many are right, raise script.maxEvents';
    fail(new EndlessSimulationError(`more than ${maxEvents} events in ${time.now()} ms`, fix, events));
  };
  const come = (input: Input): void => {
    const { input: name } = input;
    given.push({ ...input, at: time.now() });
    if (isSignal(name)) host.raise(name);
    else if (isSuspension(name)) time.suspend(suspendedMs(name));
    else commands$.next(commandOf(name));
  };

  const cluster$ = rehearse(host, config, commands$);
  try {
    time.run(() => {
      time.schedule(() => end('running'), duration);
      running.add(
        cluster$.subscribe({
          next: hear,
          complete: () => end('complete'),
          error: (error: unknown) => end('error', error),
        }),
      );
      time.scheduleAll(inOrder(inputs).map((input) => ({ at: input.at, work: () => come(input) })));
      return running;
    });
  } catch (thrown) {
    if (!(thrown instanceof EndlessTimeError)) throw thrown;
    fail(new EndlessSimulationError(thrown.message, 'Give timers that repeat a time that passes', events));
  }
  if (failure !== undefined) throw failure;
  return simulationOf({ events, inputs: given, ending: 'running', error: undefined, endedAt: duration, ...ended });
};

const inOrder = (inputs: readonly Input[]): readonly Input[] => inputs.toSorted((one, other) => one.at - other.at);
