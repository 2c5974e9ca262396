import { Subject, takeUntil, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  type ClusterCommand,
  type ClusterEvent,
  rehearse,
  simulatedHost,
  type WorkerBehaviour,
} from '../../src/testing.js';
import { name as pause } from '../../src/features/pause/frames.js';
import { namer } from './keyOf.mjs';
import type { Act, Script, Step, Turn } from './script.js';

/** What the simulated host makes of a script. */
export interface Simulated {
  /** Its events, by their keys. */
  readonly keys: readonly string[];
  /** What the real workers have to do, and when. */
  readonly turns: readonly Turn[];
}

/** A step of a worker at a time, in ms. */
interface Due {
  readonly life: number;
  readonly at: number;
  readonly step: Step;
}

/** A run that has not ended by then waits for something that does not come, in ms. */
const horizonMs = 100_000;

/** Runs a script on the simulated host, in virtual time. */
export const runSimulated = ({ config, lives, outside }: Script): Simulated => {
  const emitted: { readonly key: string; readonly at: number }[] = [];
  const due: Due[] = [];
  const scheduler = new TestScheduler(() => {});
  const add = (key: string) => emitted.push({ key, at: scheduler.now() });
  scheduler.run(() => {
    const commands$ = new Subject<ClusterCommand>();
    const host = simulatedHost({
      behave: (_, fork) => {
        const life = lives[fork - 1] ?? {};
        due.push(...stepsOf(life).map(({ at, step }) => ({ life: fork - 1, at: scheduler.now() + at, step })));
        return life;
      },
    });
    const keyOf = namer();
    const waiting = [...outside];
    const follow = (event: ClusterEvent) => {
      const key = keyOf(event);
      if (key === undefined) return;
      add(key);
      if (event.type === 'retire') {
        const { leaves } = lives[event.worker.id - 1] ?? {};
        if (leaves !== undefined && leaves !== Infinity)
          due.push({ life: event.worker.id - 1, at: scheduler.now() + leaves, step: { do: 'leave' } });
      }
      const at = waiting.findIndex(({ on }) => on === key);
      if (at < 0) return;
      for (const { act } of waiting.splice(at, 1)) perform(act, commands$, host.raise);
    };
    const end$ = timer(horizonMs);
    rehearse(host, config, commands$)
      .pipe(takeUntil(end$))
      .subscribe({
        next: follow,
        complete: () => add(scheduler.now() < horizonMs ? 'completed' : `it has not ended after ${horizonMs} ms`),
        error: ({ name }: Error) => add(`failed ${name}`),
      });
  });
  const turns = due
    .toSorted((one, other) => one.at - other.at)
    .map(({ life, at, step }) => ({ life, step, after: emitted.filter((event) => event.at < at).length }));
  return { keys: emitted.map(({ key }) => key), turns };
};

/** The steps of a real worker that behaves so, with their time from the fork. Leaving is one when it has been asked to. */
const stepsOf = (life: WorkerBehaviour): readonly { readonly at: number; readonly step: Step }[] => {
  const { listening = 2, opens = [], reusePort = false, saysReady, says = [], crashes, walksOut, leaves = 1 } = life;
  const listen = (port: number): Step => ({ do: 'listen', port, exclusive: reusePort });
  const steps: { readonly at: number; readonly step: Step }[] = [];
  const add = (at: number, step: Step) => steps.push({ at, step });
  if (listening !== false && listening !== Infinity) add(listening, listen(80));
  for (const { after, port } of opens) add(after, listen(port));
  if (saysReady !== undefined) add(saysReady, { do: 'ready' });
  for (const { after, messages } of says) add(after, { do: 'say', messages });
  if (crashes !== undefined) add(crashes.after, stepOfCrash(crashes));
  if (walksOut !== undefined) add(walksOut, { do: 'disconnect', stays: leaves });
  if (life.terminated !== undefined) add(life.terminated, { do: 'signal', signal: 'SIGTERM' });
  if (life.hangs !== undefined) {
    const { after, how } = life.hangs;
    add(after, how === 'stopped' ? { do: 'signal', signal: 'SIGSTOP' } : { do: 'hang', how });
  }
  return steps;
};

const stepOfCrash = ({ code = 1, signal, message }: NonNullable<WorkerBehaviour['crashes']>): Step => {
  if (message !== undefined) return { do: 'throw', message };
  return signal === undefined ? { do: 'exit', code } : { do: 'signal', signal };
};

const perform = (act: Act, commands$: Subject<ClusterCommand>, raise: (signal: string) => void): void => {
  const [what, , number] = act.split(' ');
  const request = { type: 'restart', request: 'r', why: 'asked' } as const;
  if (act === 'restart') commands$.next(request);
  else if (what === 'restart') commands$.next({ ...request, slot: Number(number) });
  else if (what === 'scale') commands$.next({ type: 'scale', to: Number(number), why: 'asked' });
  else if (what === 'pause' || what === 'resume')
    commands$.next({
      type: 'feature',
      feature: pause,
      command: { asked: what, slot: Number(number), why: 'asked' },
    });
  else if (act === 'shutdown' || act === 'force')
    commands$.next({ type: 'shutdown', force: act === 'force', why: 'asked' });
  else raise(act);
};
