import { oneAfterTheOther, sameOnBothHosts, script } from './sameOnBothHosts.js';

sameOnBothHosts({
  'a restart': script({ worker: 2 }, oneAfterTheOther, [
    { on: 'available 2.1', act: 'restart' },
    { on: 'exit 2.1 requested 0', act: 'shutdown' },
  ]),
  'a restart by a signal, one more at a time': script(
    { worker: 2, maxSurge: '100%' },
    [...oneAfterTheOther, { listening: 3 }, { listening: 6 }],
    [
      { on: 'available 2.1', act: 'SIGUSR2' },
      { on: 'restart-end done replaced 1,2', act: 'shutdown' },
    ],
  ),
  'a restart without a surge': script({ worker: 2, maxSurge: 0 }, oneAfterTheOther, [
    { on: 'available 2.1', act: 'restart' },
    { on: 'restart-end done replaced 1,2', act: 'shutdown' },
  ]),
  'a restart whose new worker fails': script(
    { worker: 2 },
    [...oneAfterTheOther, { crashes: { after: 1, code: 1 } }],
    [
      { on: 'available 2.1', act: 'restart' },
      { on: 'mixed', act: 'shutdown' },
    ],
  ),
  'a restart whose new worker is never ready': script(
    { readyTimeout: 40 },
    [{}, { listening: false }],
    [
      { on: 'available 1.1', act: 'restart' },
      { on: 'exit 1.2 requested SIGKILL', act: 'shutdown' },
    ],
  ),
  'a restart during a restart': script(
    {},
    [{}, { listening: 6 }],
    [
      { on: 'available 1.1', act: 'restart' },
      { on: 'online 1.2', act: 'restart' },
      { on: 'exit 1.2 requested 0', act: 'shutdown' },
    ],
  ),
  'a restart of one slot': script({ worker: 2 }, oneAfterTheOther, [
    { on: 'available 2.1', act: 'restart slot 1' },
    { on: 'exit 1.1 requested 0', act: 'shutdown' },
  ]),
  'an old worker that crashes while it is replaced': script(
    {},
    [{ crashes: { after: 12 } }, { listening: 20 }],
    [
      { on: 'available 1.1', act: 'restart' },
      { on: 'restart-end done replaced 1', act: 'shutdown' },
    ],
  ),
});
