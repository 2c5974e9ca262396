import { oneAfterTheOther, sameOnBothHosts, script } from '../../reality/sameOnBothHosts.js';

sameOnBothHosts({
  'a leader that crashes': script(
    { worker: 2, leader: true },
    [{ crashes: { after: 20 } }, { listening: 6 }],
    [{ on: 'available 1.2', act: 'shutdown' }],
  ),
  'a leader that is replaced': script({ worker: 2, leader: true }, oneAfterTheOther, [
    { on: 'available 2.1', act: 'restart slot 1' },
    { on: 'exit 1.1 requested 0', act: 'shutdown' },
  ]),
});
