let job = 0;
const clock = setInterval(() => process.send({ cmd: 'due', job: ++job }), 1_000);

// Asked to leave: nothing keeps the process.
process.on('disconnect', () => clearInterval(clock));
process.send('ready');
