import { oneAfterTheOther, sameOnBothHosts, script } from './sameOnBothHosts.js';

sameOnBothHosts({
  'a start and a shutdown': script({ worker: 2 }, oneAfterTheOther, [{ on: 'available 2.1', act: 'shutdown' }]),
  'workers that fail to boot': script(
    { maxStartAttempts: 3 },
    Array.from({ length: 3 }, () => ({ listening: false, crashes: { after: 2 } })),
    [],
  ),
  'workers that cannot be started': script({ maxStartAttempts: 2 }, [{ spawns: false }, { spawns: false }], []),
  'a slow boot': script({ readyTimeout: 40 }, [{ listening: 45 }], [{ on: 'available 1.1', act: 'shutdown' }]),
  'a worker that never listens': script(
    { readyTimeout: 40 },
    [{ listening: false }],
    [{ on: 'overdue 1.1', act: 'shutdown' }],
  ),
  'ready by message': script(
    { ready: 'message' },
    [{ listening: 2, saysReady: 6 }],
    [{ on: 'available 1.1', act: 'shutdown' }],
  ),
  'ready when online': script({ ready: 'online' }, [{ listening: false }], [{ on: 'available 1.1', act: 'shutdown' }]),
  'several ports': script(
    {},
    [{ opens: [{ after: 5, port: 81 }] }, { opens: [{ after: 8, port: 81 }] }],
    [
      { on: 'available 1.1', act: 'restart' },
      { on: 'exit 1.1 requested 0', act: 'shutdown' },
    ],
  ),
  'messages in bursts': script(
    {},
    [
      {
        says: [
          { after: 4, messages: ['a', 'b', 'c'] },
          { after: 6, messages: ['d'] },
          { after: 8, messages: ['e', 'f'] },
        ],
      },
    ],
    [{ on: 'message 1.1 "f"', act: 'shutdown' }],
  ),
  'a worker that listens by itself': script({}, [{ reusePort: true }], [{ on: 'available 1.1', act: 'shutdown' }]),
});
