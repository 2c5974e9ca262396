import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { Drain, Output, OutputKey, ReusePortKey, SignalsKey } from '../vocabulary/protocol.js';
import { findFolder } from './folder.js';
import type { SlotRef } from './host.js';
import { workerEnvironment } from './workerEnvironment.js';
import { inspectPort, startsInspector } from './inspectPort.js';
import { managerVariables } from './serviceManager.js';
import type { SchedulingPolicy } from './schedulingPolicy.js';

/** How a worker process is started. Functions are called for each fork, so that a release can change what they return. */
export interface Launch {
  readonly exec: () => string;
  readonly args: () => readonly string[];
  readonly execArgv: () => readonly string[];
  readonly env: (slotRef: SlotRef) => Readonly<Record<string, string | undefined>>;
  readonly cwd: () => string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly serialization: 'json' | 'advanced';
  /** How a worker drains; `undefined` if no preload is loaded into it. */
  readonly drain: Drain | undefined;
  /** The signals that the master handles. They may reach the whole process group, so the workers ignore them. */
  readonly signals: readonly string[];
  /** Whether the workers share a compile cache. */
  readonly compileCache: boolean;
  /** How connections come to the workers; `undefined`: as node:cluster has it. */
  readonly schedulingPolicy: SchedulingPolicy | undefined;
  /** Whether stdout and stderr of the worker are piped to the master; otherwise it inherits the master's. */
  readonly piped: boolean;
  /** The folder that relative paths start at. */
  readonly base: string;
}

export const preload: string = fileURLToPath(new URL('./preload.cjs', import.meta.url));
const outputKey: OutputKey = 'PROTEUS_CLUSTER_OUTPUT';
const signalsKey: SignalsKey = 'PROTEUS_CLUSTER_SIGNALS';
const reusePortKey: ReusePortKey = 'PROTEUS_CLUSTER_REUSE_PORT';

/** `undefined` removes a variable. */
const withoutManager = Object.fromEntries(managerVariables.map((name) => [name, undefined]));

/** `inspected`: it, or this master, was started for a debugger. */
interface Launched {
  readonly worker: Worker;
  readonly inspected: boolean;
}

/** Forks one process for a slot, with `extra` in its environment where the options say nothing else. Throws what node:cluster and the functions throw. */
export const launch = (
  { exec, args, execArgv, env, cwd, uid, gid, serialization, schedulingPolicy, drain, signals, piped, base }: Launch,
  slotRef: SlotRef,
  extra: Readonly<Record<string, string>>,
): Launched => {
  const directory = cwd();
  findFolder(directory, base);
  const output: Output = piped ? 'pipe' : 'inherit';
  const ownExecArgv = [...execArgv()];
  const ownEnv = env(slotRef);
  // Node reads NODE_OPTIONS first and the arguments after it.
  const allExecArgv = [...(ownEnv['NODE_OPTIONS'] ?? process.env['NODE_OPTIONS'] ?? '').split(' '), ...ownExecArgv];
  // All settings are passed each time, because node:cluster keeps earlier ones, also those of another cluster.
  cluster.setupPrimary({
    exec: exec(),
    args: [...args()],
    // With execArgv instead of NODE_OPTIONS, which every process that a worker starts would inherit.
    execArgv: drain === undefined ? ownExecArgv : [...ownExecArgv, '--require', preload],
    inspectPort: inspectPort(allExecArgv, slotRef.slot),
    serialization,
    stdio: ['inherit', output, output, 'ipc'],
    cwd: directory,
    uid,
    gid,
  });
  const { defaults, fixed } = workerEnvironment(slotRef);
  const forPreload = {
    [outputKey]: output,
    // Read by the preload, which deletes them again.
    ...(drain !== undefined && { [signalsKey]: signals.join(',') }),
    ...(drain !== undefined && schedulingPolicy === 'reusePort' && { [reusePortKey]: '1' }),
    ...(drain !== undefined && serialization === 'advanced' && { PROTEUS_CLUSTER_SERIALIZATION: serialization }),
  };
  const worker = cluster.fork({ ...withoutManager, ...extra, ...defaults, ...ownEnv, ...fixed, ...forPreload });
  return { worker, inspected: startsInspector([...process.execArgv, ...allExecArgv]) };
};
