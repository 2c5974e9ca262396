import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { Observable } from 'rxjs';

/**
 * Emits the ports on 127.0.0.1 that a process listens on, and completes. `known` are left out.
 * On Linux they are read from /proc; elsewhere `lsof` tells them.
 */
export const loopbackPorts = (pid: number, known: ReadonlySet<number> = new Set()): Observable<readonly number[]> =>
  new Observable((subscriber) => {
    const emit = (ports: readonly number[]) => {
      subscriber.next(ports.filter((port) => !known.has(port)));
      subscriber.complete();
    };
    if (process.platform === 'linux') return emit(fromProc(pid, known));
    const args = ['-nP', '-a', '-p', String(pid), '-iTCP', '-sTCP:LISTEN', '-Fn'];
    const lsof = execFile('lsof', args, { timeout: 2_000 }, (_, out) => emit(portsOfLsof(out)));
    return () => lsof.kill();
  });

/** 127.0.0.1 as the kernel prints it, by the byte order of the machine. */
const loopback = /^ *\d+: (?:0100007F|7F000001):([0-9A-F]{4}) \S+ 0A(?: +\S+){5} +(\d+) /gm;

/** Reads `/proc/PID/net/tcp`: the sockets that listen on 127.0.0.1, of all processes, with their ports. */
export const listenersOf = (table: string): ReadonlyMap<string, number> =>
  new Map(
    Array.from(table.matchAll(loopback), ([, port = '', inode = '']) => [
      `socket:[${inode}]`,
      Number.parseInt(port, 16),
    ]),
  );

const fromProc = (pid: number, known: ReadonlySet<number>): readonly number[] => {
  try {
    const listeners = listenersOf(readFileSync(`/proc/${pid}/net/tcp`, 'utf8'));
    // A process may have thousands of open files.
    if ([...listeners.values()].every((port) => known.has(port))) return [];
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => listeners.get(targetOf(`/proc/${pid}/fd/${fd}`)) ?? []);
  } catch {
    // It has ended, or belongs to a user whose files this process may not see.
    return [];
  }
};

const targetOf = (link: string): string => {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
};

/** Reads `lsof -Fn`: a line for each field, and the name begins with `n`. */
export const portsOfLsof = (out: string): readonly number[] =>
  Array.from(out.matchAll(/^n127\.0\.0\.1:(\d+)$/gm), ([, port]) => Number(port));
