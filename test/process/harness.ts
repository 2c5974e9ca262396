import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address, ErrorData, RestartResult, SignalAction, WorkerRef } from '../../src/index.js';
import { whenOver } from './lifetime.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

if (!existsSync(join(root, 'dist/index.js'))) {
  throw new Error('test/process runs what has been built, and dist/ is not there: npm run build');
}

/** A line of a master, as JSON has it: an event, or what the prelude adds. */
export interface Told {
  readonly type: string;
  readonly seq?: number;
  readonly time?: number;
  readonly cluster?: string;
  readonly worker?: WorkerRef;
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly requested?: boolean;
  readonly reason?: string;
  readonly uptime?: number;
  readonly cause?: ErrorData;
  readonly why?: string;
  readonly address?: Address;
  readonly lacks?: readonly Address[];
  readonly message?: unknown;
  readonly action?: SignalAction;
  readonly slot?: number;
  readonly slots?: readonly number[];
  readonly roll?: number;
  readonly requests?: readonly string[];
  readonly delay?: number;
  readonly after?: number;
  readonly spent?: number;
  readonly limit?: number;
  readonly remaining?: number;
  readonly from?: number;
  readonly to?: number;
  readonly workers?: number;
  readonly error?: { readonly name: string; readonly message: string; readonly option?: string };
  readonly id?: number;
  readonly result?: RestartResult;
  readonly url?: string;
  readonly value?: unknown;
}

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What is looked for: a type, or a question. */
type Wanted = string | ((told: Told) => boolean);

/** A folder of the test's own, in which our package and the frameworks can be imported. It is removed after the test. */
export const fresh = (files: Readonly<Record<string, string>> = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'proteus-')));
  whenOver(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/proteus-cluster'));
  for (const name of ['express', 'fastify', 'pino', 'rxjs']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  write(folder, files);
  return folder;
};

export const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};

/** Workers that several tests need. */
export const workers = {
  /** Answers with its pid. */
  http: `
    import { createServer } from 'node:http';
    createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
  `,
  /** Answers each request only on the message `go`; reports each request. */
  slow: `
    import { createServer } from 'node:http';
    import { watch, existsSync } from 'node:fs';
    createServer((request, response) => {
      const answer = () => existsSync('go') && response.end(String(process.pid));
      const watcher = watch('.', answer);
      response.on('close', () => watcher.close());
      process.send({ cmd: 'request' });
      answer();
    }).listen(0, '127.0.0.1');
  `,
  /** Listens, and does not go when it is asked to: a timer holds it. */
  stubborn: `
    import { createServer } from 'node:http';
    createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
    setInterval(() => {}, 1_000);
  `,
} as const;

/** A process under test. It leads a group of its own, which is killed when the test is over. */
export class Program {
  readonly told: Told[] = [];
  /** Everything that it and its workers wrote, without its events. */
  output = '';
  readonly #child: ChildProcess;
  readonly #hopes = new Set<() => void>();
  #rest = '';
  #calls = 0;
  #end: End | undefined;
  readonly #exited: Promise<End>;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#print(text));
    child.on('message', (line) => {
      if (typeof line === 'string') this.told.push(parse(line));
      this.#look();
    });
    child.on('error', (error) => this.#print(`${error.message}\n`));
    this.#exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    child.once('close', (code, signal) => {
      const end = () => {
        this.#end = { code, signal };
        this.#look();
      };
      // On a terminal it is only `script` that has ended; the program itself holds the channel.
      if (child.connected) child.once('disconnect', end);
      else end();
    });
    whenOver(() => this.#killAll());
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`there is no process: ${this.output}`);
    return pid;
  }

  /** Its own exit. Workers may still run, and its last events may still be on the way. */
  exited(): Promise<End> {
    return this.#exited;
  }

  /** The exit of it and of everything that shares its stdout, when all its events have arrived. */
  ended(): Promise<End> {
    return this.#hope('its end', () => this.#end);
  }

  /** The first event that satisfies the predicate, at or after the index `from`. */
  event(wanted: Wanted, from = 0): Promise<Told> {
    return this.#hope(String(wanted), () => this.told.slice(from).find(asks(wanted)));
  }

  /** The first so many. */
  events(wanted: Wanted, count: number, from = 0): Promise<readonly Told[]> {
    return this.#hope(`${count} times ${String(wanted)}`, () => {
      const found = this.told.slice(from).filter(asks(wanted));
      return found.length >= count ? found.slice(0, count) : undefined;
    });
  }

  /** All so far. */
  past(wanted: Wanted): readonly Told[] {
    return this.told.filter(asks(wanted));
  }

  /** Something that it, or a worker, prints. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#hope(String(pattern), () => pattern.exec(this.output) ?? undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** To it and to all its workers, as a terminal and systemd do. */
  signalGroup(name: NodeJS.Signals): void {
    process.kill(-this.pid, name);
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Calls a function of the master by its name in `can`, and waits for what it returns. */
  async call(call: string, ...args: readonly unknown[]): Promise<Told> {
    this.#calls += 1;
    const id = this.#calls;
    this.#child.send({ call, args, id });
    return this.event((told) => told.type === 'reply' && told.id === id);
  }

  #hope<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found !== undefined) resolve(found);
        else if (this.#end) reject(new Error(`it ended without ${what}\n${this.#dump()}`));
        else return;
        this.#hopes.delete(look);
      };
      this.#hopes.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of this.#hopes) look();
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = line.indexOf('\x1e');
      if (at < 0) this.output += `${line}\n`;
      else this.told.push(parse(line.slice(at + 1)));
    }
    this.#look();
  }

  #print(text: string): void {
    this.output += text;
    this.#look();
  }

  #dump(): string {
    return [JSON.stringify(this.#end), ...this.told.map((told) => JSON.stringify(told)), this.output].join('\n');
  }

  #killAll(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them have exited.
    }
  }
}

const asks = (wanted: Wanted) => (typeof wanted === 'string' ? ({ type }: Told) => type === wanted : wanted);

const parse = (line: string): Told => {
  const told: Told = JSON.parse(line);
  return told;
};

export interface Start {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Descriptors that it inherits, from 3 on. */
  readonly descriptors?: readonly number[];
}

/** Starts a command in a folder, in a process group of its own. */
export const program = (
  folder: string,
  command: string,
  args: readonly string[],
  { env, cwd = folder, descriptors = [] }: Start = {},
) =>
  new Program(
    spawn(command, args, {
      cwd,
      env: { ...process.env, PWD: cwd, ...env },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', ...descriptors, 'ipc'],
    }),
  );

const prelude = new URL('prelude.mjs', import.meta.url).href;

/** Everything of the package, and the prelude's own, for a master's script. */
export const imports = `import * as proteus from '${prelude}'; const { run, tell, can } = proteus;`;

/** Starts a master: a script, or options for one cluster. */
export const master = (folder: string, how: string | object, start: Start = {}): Program => {
  const script = typeof how === 'string' ? how : `run(${JSON.stringify(how)});`;
  write(folder, { 'master.mjs': `${imports}\n${script}` });
  return program(folder, process.execPath, ['master.mjs'], start);
};

/** A request, on a connection of its own where no agent has one. */
export const get = (port: number, path = '/', agent: Agent | false = false): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, agent }, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (text: string) => (body += text))
        .on('end', () => resolve(body))
        .on('error', reject);
    })
      .on('error', reject)
      .end();
  });

export const portOf = ({ address }: Told): number => {
  if (typeof address?.port !== 'number') throw new Error('expected an event of a worker that listens on a port');
  return address.port;
};

export const pidOf = ({ worker }: Told): number => {
  if (worker?.pid === undefined) throw new Error('expected an event of a worker with a pid');
  return worker.pid;
};

export const sorted = (numbers: readonly number[]): readonly number[] => numbers.toSorted((one, other) => one - other);

/** A pid vanishes without an event: the one place that looks again and again. */
export const gone = async (...pids: readonly number[]): Promise<void> => {
  for (const pid of pids) {
    // oxlint-disable-next-line no-await-in-loop
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** A zombie counts as exited: the process that adopts orphans may reap them late. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || stateOf(pid) !== 'Z';
  } catch {
    return false;
  }
};

/** The state of a process, by the letter that Linux has for it; `T` is stopped. */
export const stateOf = (pid: number): string | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2)[0];
};
