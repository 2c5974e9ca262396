import { oneAfterTheOther, sameOnBothHosts, script } from './sameOnBothHosts.js';

sameOnBothHosts({
  'scaling up': script(
    {},
    [],
    [
      { on: 'available 1.1', act: 'scale to 2' },
      { on: 'available 2.1', act: 'shutdown' },
    ],
  ),
  'scaling down': script({ worker: 2 }, oneAfterTheOther, [
    { on: 'available 2.1', act: 'scale to 1' },
    { on: 'exit 2.1 requested 0', act: 'shutdown' },
  ]),
  'scaling up during a roll': script(
    { worker: 2 },
    [...oneAfterTheOther, { listening: 12 }],
    [
      { on: 'available 2.1', act: 'restart' },
      { on: 'online 1.2', act: 'scale to 3' },
      { on: 'restart-end done replaced 1,2', act: 'shutdown' },
    ],
  ),
  'scaling down during a roll': script(
    { worker: 3 },
    [...oneAfterTheOther, { listening: 10 }, { listening: 12 }],
    [
      { on: 'available 3.1', act: 'restart' },
      { on: 'online 1.2', act: 'scale to 2' },
      { on: 'restart-end done replaced 1,2', act: 'shutdown' },
    ],
  ),
});
