import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { Drain, Output, OutputKey, SignalsKey } from '../vocabulary/protocol.js';
import { findFolder } from './folder.js';
import type { Seat } from './host.js';
import { workerEnvironment } from './workerEnvironment.js';
import { inspectPort } from './inspectPort.js';

/** How a worker process is started. Functions are called at each fork, so that a release can change what they return. */
export interface Launch {
  readonly exec: () => string;
  readonly args: () => readonly string[];
  readonly execArgv: () => readonly string[];
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly cwd: () => string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly serialization: 'json' | 'advanced';
  /** How a worker leaves; `undefined` where nothing is loaded into it before the application. */
  readonly drain: Drain | undefined;
  /** The signals that the master handles. They may reach the whole process group, and its workers ignore them. */
  readonly signals: readonly string[];
  /** Whether the workers share what V8 has compiled. */
  readonly compileCache: boolean;
  /** Whether what it writes comes to the master; otherwise it has the master's stdout and stderr. */
  readonly piped: boolean;
  /** What relative paths are relative to. */
  readonly base: string;
}

export const preload: string = fileURLToPath(new URL('./preload.cjs', import.meta.url));
const outputKey: OutputKey = 'PROTEUS_CLUSTER_OUTPUT';
const signalsKey: SignalsKey = 'PROTEUS_CLUSTER_SIGNALS';

/** Forks one process for a seat, with `extra` in its environment where the options say nothing else. Throws what node:cluster and the functions throw. */
export const launch = (
  { exec, args, execArgv, env, cwd, uid, gid, serialization, drain, signals, piped, base }: Launch,
  seat: Seat,
  extra: Readonly<Record<string, string>>,
): Worker => {
  const directory = cwd();
  findFolder(directory, base);
  const to: Output = piped ? 'pipe' : 'inherit';
  const own = [...execArgv()];
  const options = process.env['NODE_OPTIONS'] ?? '';
  // Every setting each time: node:cluster keeps what it was once given, also for the next cluster.
  cluster.setupPrimary({
    exec: exec(),
    args: [...args()],
    // By execArgv and not by NODE_OPTIONS, which everything that a worker starts would inherit.
    execArgv: drain === undefined ? own : [...own, '--require', preload],
    // Node takes what NODE_OPTIONS say first, and what the arguments say after it.
    inspectPort: inspectPort([...options.split(' '), ...own], seat.slot),
    serialization,
    stdio: ['inherit', to, to, 'ipc'],
    cwd: directory,
    uid,
    gid,
  });
  const { usual, fixed } = workerEnvironment(seat);
  const told = {
    [outputKey]: to,
    // What the preload needs to know, and removes again.
    ...(drain !== undefined && { [signalsKey]: signals.join(',') }),
    ...(drain !== undefined && serialization === 'advanced' && { PROTEUS_CLUSTER_SERIALIZATION: serialization }),
  };
  return cluster.fork({ ...extra, ...usual, ...env(), ...fixed, ...told });
};
