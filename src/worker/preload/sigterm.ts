/** Lets the application's own handlers for SIGTERM run once when this worker leaves, also if nobody has sent the signal. */

let received = false;
let running = false;

/** Calls `act` for each SIGTERM that is received. */
const onSigterm = (act: () => void): void => {
  process.on('SIGTERM', () => {
    received = true;
    if (!running) act();
  });
};

/** Runs the application's handlers, unless they have run. They are called directly: the process may end before a signal that it sends to itself arrives. */
const runHandlers = (): void => {
  const hasOtherHandlers = process.listenerCount('SIGTERM') > 1;
  if (received || !hasOtherHandlers) return;
  running = true;
  try {
    process.emit('SIGTERM', 'SIGTERM');
  } finally {
    running = false;
  }
};

export { onSigterm, runHandlers };
