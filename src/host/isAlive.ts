import { type BigIntStats, closeSync, constants, openSync, readdirSync, readFileSync, statSync } from 'node:fs';

/**
 * The state of the process that a pid file names. `holds`: it wrote the file and is alive. `hidden`: it may be alive, but its descriptors cannot be read.
 * `older`: it has no pid file open but has node:cluster workers, like a master of an earlier release. `other`: it has ended, or is another program.
 */
export type Holder = 'holds' | 'hidden' | 'older' | 'other';

/**
 * Creates a pid file so that other processes can see that this process is alive while the returned descriptor is open. Neither clocks
 * nor the pid alone are used: the system closes descriptors at the very end of a process, however it ends. On Linux it is visible who has a file open;
 * elsewhere the file is opened with a lock. Throws the errors of the file system.
 */
export const openHeld = (path: string): number => {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  return openSync(path, O_CREAT | O_EXCL | O_WRONLY | (onLinux ? 0 : exclusively), 0o644);
};

/** The state of process `pid`, which the pid file at `path` names; `file` are the stats of that file. */
export const holderOf = (pid: number, path: string, file: BigIntStats): Holder =>
  onLinux ? holderByProc(pid, file) : isLocked(path) ? 'holds' : 'other';

const onLinux = process.platform === 'linux';

/** The O_SHLOCK and O_EXLOCK flags of open(2) on macOS and the BSDs, for which Node has no names. */
const shared = 0x10 | constants.O_NONBLOCK;
const exclusively = 0x20 | constants.O_NONBLOCK;

const isLocked = (path: string): boolean => {
  try {
    closeSync(openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | shared));
    return false;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return true;
    // The file is gone, and with it the process that held it.
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
};

const holderByProc = (pid: number, file: BigIntStats): Holder => {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).map((name) => `/proc/${pid}/fd/${name}`);
    if (descriptors.some((descriptor) => isFile(descriptor, file))) return 'holds';
    const isOlderMaster = pid !== process.pid && hasWorkers(pid) && !descriptors.some((each) => isPidFile(each, pid));
    return isOlderMaster ? 'older' : 'other';
  } catch (error) {
    // The process has ended.
    if (codeOf(error) !== 'EACCES') return isProcThere() ? 'other' : 'hidden';
    return mayHaveWritten(pid, file) ? 'hidden' : 'other';
  }
};

const isProcThere = (): boolean => statSync('/proc/self/fd', { throwIfNoEntry: false }) !== undefined;

const isFile = (descriptor: string, file: BigIntStats): boolean => {
  const found = statOf(descriptor);
  return found !== undefined && found.ino === file.ino && found.dev === file.dev;
};

/** A master has one pid file: a process that holds one of its own did not write this one. */
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

/** node:cluster sets this variable for each worker. The worker deletes it from its environment, but the system still shows it. */
const isOfWorker = (entry: string): boolean => entry.startsWith('NODE_UNIQUE_ID=');

/**
 * Descriptors are hidden if the process runs as another user or its program has privileges. A pid file is owned by its writer, and only root
 * can have changed its user since.
 */
const mayHaveWritten = (pid: number, file: BigIntStats): boolean => {
  const [, ids] = /^Uid:\s+(.*)$/m.exec(readText(`/proc/${pid}/status`)) ?? [];
  return file.uid === 0n || ids === undefined || ids.split('\t').includes(String(file.uid));
};

/** An empty text if the file no longer exists. */
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
