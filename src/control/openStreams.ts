import type { ServerResponse } from 'node:http';

/** The streams of a server that are open. */
export interface OpenStreams {
  readonly isFull: () => boolean;
  readonly add: (response: ServerResponse, serverCloses: () => void) => void;
  /** Tells each that the server closes, so that it ends. */
  readonly end: () => void;
}

export const openStreams = (max: number): OpenStreams => {
  const open = new Map<ServerResponse, () => void>();
  return {
    isFull: () => open.size >= max,
    add: (response, serverCloses) => {
      if (response.destroyed) return;
      open.set(response, serverCloses);
      response.once('close', () => open.delete(response));
    },
    end: () => {
      for (const serverCloses of open.values()) serverCloses();
    },
  };
};
