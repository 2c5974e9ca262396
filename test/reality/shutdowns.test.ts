import { oneAfterTheOther, sameOnBothHosts, script } from './sameOnBothHosts.js';

sameOnBothHosts({
  'a shutdown during a restart': script(
    { worker: 2 },
    // It has run its own code: before, SIGTERM would end it as it ends any process.
    [...oneAfterTheOther, { listening: 20, says: [{ after: 2, messages: ['booted'] }] }],
    [
      { on: 'available 2.1', act: 'restart' },
      { on: 'message 1.2 "booted"', act: 'shutdown' },
    ],
  ),
  'a shutdown while a worker drains': script(
    {},
    [{ leaves: 30 }],
    [
      { on: 'available 1.1', act: 'restart' },
      { on: 'retire 1.1', act: 'shutdown' },
    ],
  ),
  'a worker that ignores that it is asked to leave': script(
    { disconnectTimeout: 50, preload: false },
    [{ leaves: Infinity, disconnects: 0 }],
    [{ on: 'available 1.1', act: 'shutdown' }],
  ),
  'a worker that leaves on SIGTERM': script(
    { disconnectTimeout: 50, preload: false },
    [{ leaves: Infinity, disconnects: 0, terminates: 1 }],
    [{ on: 'available 1.1', act: 'shutdown' }],
  ),
  'a forced shutdown': script(
    { worker: 2 },
    [{ leaves: 500 }, { listening: 6, leaves: 500 }],
    [
      { on: 'available 2.1', act: 'shutdown' },
      { on: 'retire 2.1', act: 'force' },
    ],
  ),
  'SIGTERM to the master': script({ worker: 2 }, oneAfterTheOther, [{ on: 'available 2.1', act: 'SIGTERM' }]),
  'SIGTERM to a single worker': script(
    { worker: 2 },
    [{ terminated: 10 }, { listening: 6 }],
    [{ on: 'exit 1.1 requested 0', act: 'shutdown' }],
  ),
  'SIGTERM to a single worker that is not respawned': script({ respawn: 'temporary' }, [{ terminated: 10 }], []),
});
