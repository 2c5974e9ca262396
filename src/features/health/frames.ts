/** The name under which the master and the preload write to each other about health. */
export const name = 'health';

/** From a worker, before its application: it answers heartbeats. A worker that never says so is not watched, because its preload may be of another version. */
export interface HelloFrame {
  readonly hello: true;
}

/** From the master: answer with this number. */
export interface PingFrame {
  readonly ping: number;
}

/** From a worker: its event loop has got so far. */
export interface PongFrame {
  readonly pong: number;
  /** How much of the time since its last answer its event loop was busy, from 0 to 1. */
  readonly utilization: number;
  /** Its inspector is open: somebody may pause it. */
  readonly inspected: boolean;
}

/** From the master, which has opened the inspector: close it. */
export interface CloseInspectorFrame {
  readonly closeInspector: true;
}

export const isHello = (frame: unknown): frame is HelloFrame =>
  typeof frame === 'object' && frame !== null && 'hello' in frame && frame.hello === true;

export const isPing = (frame: unknown): frame is PingFrame =>
  typeof frame === 'object' && frame !== null && 'ping' in frame && typeof frame.ping === 'number';

export const isCloseInspector = (frame: unknown): frame is CloseInspectorFrame =>
  typeof frame === 'object' && frame !== null && 'closeInspector' in frame && frame.closeInspector === true;

/** Reads an answer; `undefined` for anything else. Accepts any input. */
export const decodePong = (frame: unknown): PongFrame | undefined => {
  if (typeof frame !== 'object' || frame === null || !('pong' in frame) || typeof frame.pong !== 'number')
    return undefined;
  const utilization = 'utilization' in frame ? Number(frame.utilization) : 0;
  return {
    pong: frame.pong,
    utilization: utilization >= 0 && utilization <= 1 ? utilization : 0,
    inspected: 'inspected' in frame && frame.inspected === true,
  };
};
