/** How a cluster tells the service manager of its process what it does. */
export interface ServiceNotifications {
  /** The descriptor that notifications are written to, if the unit has opened one by the name `notify`. */
  readonly descriptor: number | undefined;
  /** Whether there is a socket that the command `systemd-notify` sends to. */
  readonly notifySocket: boolean;
  /** How often the service manager expects a sign of life, in ms. `undefined`: never. */
  readonly watchdog: number | undefined;
  /** The cluster is not part of what it is told: another cluster of the process may be. */
  readonly silent: boolean;
  /** The option of the cluster, in ms. */
  readonly readyTimeout: number;
}
