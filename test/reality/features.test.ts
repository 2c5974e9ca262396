import { oneAfterTheOther, sameOnBothHosts, script } from './sameOnBothHosts.js';

sameOnBothHosts({
  'pause and resume': script({ worker: 2 }, oneAfterTheOther, [
    { on: 'available 2.1', act: 'pause slot 1' },
    { on: 'pause 1.1', act: 'resume slot 1' },
    { on: 'resume 1.1', act: 'shutdown' },
  ]),
  'a paused worker serves when the other one crashes': script(
    // No respawn, which would race with the worker that listens again.
    { worker: 2, respawn: 'temporary' },
    [{}, { listening: 6, crashes: { after: 30 } }],
    [
      { on: 'available 2.1', act: 'pause slot 1' },
      { on: 'resume 1.1', act: 'shutdown' },
    ],
  ),
  'the last worker is not paused': script(
    {},
    [],
    [
      { on: 'available 1.1', act: 'pause slot 1' },
      { on: 'pause-refused 1', act: 'shutdown' },
    ],
  ),
  'a standby worker takes over': script(
    { standby: 1 },
    [{ crashes: { after: 30 } }],
    [{ on: 'available 1.2', act: 'shutdown' }],
  ),
  'a standby worker that cannot be held': script(
    { standby: 1 },
    [{ crashes: { after: 30 } }, { reusePort: true, listening: 4 }],
    [{ on: 'available 1.2', act: 'shutdown' }],
  ),
  'a worker that is stopped': script(
    { worker: 2, health: { interval: 5, timeout: 50 } },
    [{ hangs: { after: 10, how: 'stopped' } }, { listening: 6, answersHeartbeats: 0 }],
    [{ on: 'exit 1.1 requested SIGKILL HangError', act: 'shutdown' }],
  ),
  'an endless loop': script(
    { worker: 2, health: { interval: 5, timeout: 50 } },
    [{ hangs: { after: 10, how: 'loop' } }, { listening: 6, answersHeartbeats: 0 }],
    [{ on: 'exit 1.1 requested SIGABRT HangError', act: 'shutdown' }],
  ),
});
