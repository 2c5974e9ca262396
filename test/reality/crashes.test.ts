import { sameOnBothHosts, script } from './sameOnBothHosts.js';

sameOnBothHosts({
  'a crash by exit code': script(
    { worker: 2 },
    [{ crashes: { after: 10, code: 3 } }, { listening: 6 }],
    [{ on: 'available 1.2', act: 'shutdown' }],
  ),
  'a crash with code 0': script({}, [{ crashes: { after: 10, code: 0 } }], [{ on: 'available 1.2', act: 'shutdown' }]),
  'a crash by a signal': script(
    {},
    [{ crashes: { after: 10, signal: 'SIGSEGV' } }],
    [{ on: 'available 1.2', act: 'shutdown' }],
  ),
  'SIGKILL from outside': script(
    {},
    [{ crashes: { after: 10, signal: 'SIGKILL' } }],
    [{ on: 'available 1.2', act: 'shutdown' }],
  ),
  'a crash by an uncaught error': script(
    {},
    [{ crashes: { after: 10, message: 'out of order' } }],
    [{ on: 'available 1.2', act: 'shutdown' }],
  ),
  'a worker that leaves by itself': script(
    {},
    [{ walksOut: 10, leaves: 20 }],
    [{ on: 'exit 1.1 left 0', act: 'shutdown' }],
  ),
  'a normal exit with transient': script({ respawn: 'transient' }, [{ crashes: { after: 10, code: 0 } }], []),
});
