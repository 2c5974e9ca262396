import { spawn } from 'node:child_process';
import { accessSync, constants, fstatSync, write } from 'node:fs';
import { join } from 'node:path';
import { Observable, of } from 'rxjs';
import type { ServiceNotifications } from '../index.js';
import type { Notification } from './notifications.js';

/** Sends a notification and completes; emits what went wrong, in words. Never errors. */
export type Send = (notification: Notification) => Observable<string>;

/** `systemd-notify` waits until the notification has been read; a service manager that reads nothing is not waited for longer than this, in ms. */
const commandTimeout = 5_000;

/**
 * How notifications are sent. Node cannot send to a unix datagram socket. What works: a descriptor that the unit opens, which is one write, or else the command `systemd-notify`.
 */
export const sendBy = ({ descriptor, notifySocket }: ServiceNotifications): Send => {
  if (descriptor !== undefined && isOfUnit(descriptor)) return (notification) => writeTo(descriptor, notification);
  const command = notifySocket ? findCommand('systemd-notify', process.env['PATH']) : undefined;
  if (command !== undefined) return (notification) => run(command, notification);
  return () => of(noWay);
};

const noWay =
  'The service manager waits for notifications, and there is no way to send them. Add OpenFile=/run/systemd/notify:notify:graceful to the unit (systemd 253 or later), or install systemd-notify and set NotifyAccess=all. Without notifications: Type=exec';

/** A number that is wrong may be that of a pipe or a counter which Node itself has opened, and which a write would confuse. */
const isOfUnit = (descriptor: number): boolean => {
  try {
    const opened = fstatSync(descriptor);
    return opened.isSocket() || opened.isFile();
  } catch {
    return false;
  }
};

const assignments = (notification: Notification): readonly string[] =>
  Object.entries(notification).map(([name, value]) => `${name}=${value}`);

const writeTo = (descriptor: number, notification: Notification): Observable<string> =>
  new Observable((subscriber) => {
    // One datagram.
    write(descriptor, assignments(notification).join('\n'), (error) => {
      if (error !== null) subscriber.next(`The notification socket of the unit cannot be written: ${error.message}`);
      subscriber.complete();
    });
  });

const findCommand = (name: string, path = ''): string | undefined =>
  path
    .split(':')
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find(isExecutable);

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const run = (command: string, notification: Notification): Observable<string> =>
  new Observable((subscriber) => {
    const end = (problem?: string) => {
      if (problem !== undefined) subscriber.next(`${command} failed: ${problem}`);
      subscriber.complete();
    };
    const child = spawn(command, assignments(notification), {
      stdio: 'ignore',
      timeout: commandTimeout,
      killSignal: 'SIGKILL',
      env: { NOTIFY_SOCKET: process.env['NOTIFY_SOCKET'] },
    });
    child.once('error', ({ message }) => end(message));
    child.once('exit', (code, signal) => {
      end(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`);
    });
  });
