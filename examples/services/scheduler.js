let job = 0;
const clock = setInterval(() => process.send({ cmd: 'due', job: ++job }), 1_000);

// When the worker is asked to leave, stop the timer, so that nothing holds the process.
process.on('disconnect', () => clearInterval(clock));
process.send('ready');
