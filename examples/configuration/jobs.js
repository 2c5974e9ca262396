process.on('message', ({ cmd, job }) => {
  if (cmd === 'run') process.send({ cmd: 'done', job });
});
process.send('ready');
