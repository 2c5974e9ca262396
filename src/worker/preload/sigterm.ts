/** The application's own handlers for SIGTERM run once when this worker leaves, whether somebody has sent the signal or not. */

let heard = false;
let running = false;

/** Calls `act` for each SIGTERM that is sent. */
const hear = (act: () => void): void => {
  process.on('SIGTERM', () => {
    heard = true;
    if (!running) act();
  });
};

/** Runs the application's handlers, unless they have run. A signal that is sent would come too late where nothing else holds the process. */
const run = (): void => {
  const own = process.listenerCount('SIGTERM') > 1;
  if (heard || !own) return;
  running = true;
  try {
    process.emit('SIGTERM', 'SIGTERM');
  } finally {
    running = false;
  }
};

export { hear, run };
