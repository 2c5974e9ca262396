import type { MonoTypeOperatorFunction } from 'rxjs';
import type { SignalAction, WorkerDraft } from './events.js';
import type { Backoff } from './operators/backoff.js';
import type { Ready } from './operators/ready.js';

/** What the streams go by. Times in ms. */
export interface Policy {
  readonly name: string;
  readonly worker: number;
  readonly disconnectTimeout: number;
  readonly maxForkCount: number;
  readonly minUptime: number;
  readonly backoff: Backoff;
  readonly respawn: Respawn;
  readonly ready: Ready;
  readonly readyTimeout: number;
  readonly minReadyTime: number;
  readonly maxSurge: number | `${number}%`;
  readonly maxBooting: number;
  readonly signals: Readonly<Record<string, SignalAction | false>>;
}

export type Respawn = 'permanent' | 'transient' | 'temporary' | MonoTypeOperatorFunction<WorkerDraft>;
