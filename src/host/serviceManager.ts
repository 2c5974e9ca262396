/** A descriptor that the service manager has opened and handed to this process. */
export interface InheritedDescriptor {
  readonly fd: number;
  /** Its name in the unit: of a socket the `FileDescriptorName`, by default the name of the socket unit. */
  readonly name: string;
}

/** What systemd, or what speaks its protocol, has told this process in its environment. */
export interface ServiceManager {
  /** Whether there is a socket for notifications (`NOTIFY_SOCKET`). Its path is in the environment. */
  readonly notifySocket: boolean;
  /** How often it expects a sign of life, in ms. `undefined`: never. */
  readonly watchdog: number | undefined;
  readonly descriptors: readonly InheritedDescriptor[];
}

/** The variables that are for this process alone. Its workers do not get them. */
export const managerVariables = [
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'LISTEN_FDS',
  'LISTEN_PID',
  'LISTEN_FDNAMES',
] as const;

/** Descriptors are handed over from this one on. */
const firstDescriptor = 3;
/** More than a unit can hold by default. */
const maxDescriptors = 1000;

/** Reads the environment. What is for another process, such as one that has started this one, is left out. */
export const serviceManager = (
  variables: Readonly<Record<string, string | undefined>> = process.env,
  pid: number = process.pid,
): ServiceManager => {
  const isForThis = (name: string) => variables[name] === String(pid);
  const watchdog = countOf(variables['WATCHDOG_USEC']) / 1000;
  const isWatched = watchdog > 0 && (variables['WATCHDOG_PID'] === undefined || isForThis('WATCHDOG_PID'));
  const names = (variables['LISTEN_FDNAMES'] ?? '').split(':');
  const count = Math.min(countOf(variables['LISTEN_FDS']), maxDescriptors);
  return {
    notifySocket: (variables['NOTIFY_SOCKET'] ?? '') !== '',
    watchdog: isWatched ? watchdog : undefined,
    descriptors: isForThis('LISTEN_PID')
      ? Array.from({ length: count }, (_, at) => ({ fd: firstDescriptor + at, name: names[at] ?? '' }))
      : [],
  };
};

const countOf = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);
