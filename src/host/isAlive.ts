import { type BigIntStats, closeSync, constants, openSync, readdirSync, readFileSync, statSync } from 'node:fs';

/**
 * What can be seen of the process that a pid file names. `holds`: it wrote the file and is alive. `hidden`: it may be so, its descriptors cannot be read.
 * `older`: it holds no pid file, and has workers of node:cluster, as a master of an earlier release does. `other`: it is gone, or another program.
 */
export type Holder = 'holds' | 'hidden' | 'older' | 'other';

/**
 * Creates a pid file in such a way that others see that this process is alive, for as long as the descriptor that is returned is open. Nothing else
 * is asked, neither clocks nor the pid alone: the system closes descriptors at the very end of a process, however it ends. On Linux everybody may see who has a file open;
 * elsewhere it is opened with a lock. Throws what the file system throws.
 */
export const openHeld = (path: string): number => {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  return openSync(path, O_CREAT | O_EXCL | O_WRONLY | (onLinux ? 0 : exclusively), 0o644);
};

/** What is known of the process `pid`, which the pid file at `path` names; `file` is what lies there. */
export const holderOf = (pid: number, path: string, file: BigIntStats): Holder =>
  onLinux ? holderByProc(pid, file) : isLocked(path) ? 'holds' : 'other';

const onLinux = process.platform === 'linux';

/** The BSDs' and macOS's flags of open(2), which Node has no names for. */
const shared = 0x10 | constants.O_NONBLOCK;
const exclusively = 0x20 | constants.O_NONBLOCK;

const isLocked = (path: string): boolean => {
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | shared));
    return false;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return true;
    // It has gone, and with it who held it.
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

const holderByProc = (pid: number, file: BigIntStats): Holder => {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).map((name) => `/proc/${pid}/fd/${name}`);
    if (descriptors.some((descriptor) => isFile(descriptor, file))) return 'holds';
    const older = pid !== process.pid && hasWorkers(pid) && !descriptors.some((each) => isPidFile(each, pid));
    return older ? 'older' : 'other';
  } catch (error) {
    // It has ended.
    if (codeOf(error) !== 'EACCES') return isProcThere() ? 'other' : 'hidden';
    return mayHaveWritten(pid, file) ? 'hidden' : 'other';
  }
};

const isProcThere = (): boolean => statSync('/proc/self/fd', { throwIfNoEntry: false }) !== undefined;

const isFile = (descriptor: string, file: BigIntStats): boolean => {
  const found = statOf(descriptor);
  return found !== undefined && found.ino === file.ino && found.dev === file.dev;
};

/** A master has one pid file: who holds one of its own did not write another. */
const isPidFile = (descriptor: string, pid: number): boolean => {
  const text = `${pid}\n`;
  const found = statOf(descriptor);
  if (found === undefined || !found.isFile() || found.size !== BigInt(text.length)) return false;
  return readText(descriptor) === text;
};

const hasWorkers = (pid: number): boolean =>
  readText(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((child) => child !== '')
    .some((child) => readText(`/proc/${child}/environ`).split('\0').some(isOfWorker));

/** node:cluster gives it to each worker. It is removed there before the application runs, but not from what the system shows. */
const isOfWorker = (entry: string): boolean => entry.startsWith('NODE_UNIQUE_ID=');

/**
 * Descriptors are hidden where a process runs as another user, and where its program has privileges. A pid file is owned by who wrote it, and only root
 * can have become somebody else since.
 */
const mayHaveWritten = (pid: number, file: BigIntStats): boolean => {
  const [, ids] = /^Uid:\s+(.*)$/m.exec(readText(`/proc/${pid}/status`)) ?? [];
  return file.uid === 0n || ids === undefined || ids.split('\t').includes(String(file.uid));
};

/** Nothing for what is gone by now. */
const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

const statOf = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
