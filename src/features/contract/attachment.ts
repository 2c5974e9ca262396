import type { Observable } from 'rxjs';
import type { ServiceManager } from '../../host/serviceManager.js';

/** What the workers of one slot have sent and written since the cluster started. */
export interface SlotTraffic {
  readonly slot: number;
  readonly messages: number;
  /** Lines that they have written and that the master has read; none with `log: false`. */
  readonly stdoutLines: number;
  readonly stderrLines: number;
}

/** What a part on top of the public API works with: one cluster of this process, from its first event to its end. */
export interface Attachment<E = unknown, S = unknown> {
  /** The name of the cluster. */
  readonly cluster: string;
  /** The settings of the part, as the feature that attaches it has completed them. */
  readonly settings: S;
  /** The options of the cluster as plain data: without its environment, with secrets masked. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * The events of the cluster without its messages, from the first one on: those from before the part was loaded are replayed. Hot otherwise; completes with the cluster. What a subscriber throws
   * becomes an `error` event.
   */
  readonly events$: Observable<E>;
  /** Counts since the cluster started, of each slot that has had a worker. */
  readonly traffic: () => readonly SlotTraffic[];
  /** Tells the feature that has attached the part something: it arrives as a command. */
  readonly tell: (command: unknown) => void;
  /** Makes an `error` event of an error that does not end the part. */
  readonly report: (error: unknown) => void;
}

/** A part on top of the public API: what its entry point exports. */
export interface AttachablePart {
  /** Runs while it is subscribed, which ends with the cluster. An error that it ends with becomes an `error` event, and the cluster continues. */
  readonly attach: (attachment: Attachment<never, never>) => Observable<never>;
}

/** How a feature attaches a part to a cluster. */
export interface FeatureAttachment<O> {
  /** Imports the entry point. Called when the cluster has started, or after a second, so that it does not delay the start. */
  readonly load: () => Promise<AttachablePart>;
  /** The settings of the part, from the options and from what the service manager that has started this process says. `undefined`: it is not attached. */
  readonly settings: (options: O, manager: ServiceManager) => unknown;
}
