const express = require('express');

const app = express();
app.get('/', (req, res) => {
  res.send(`running worker ${process.pid}`);
});
app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');

process.send({ cmd: 'fromWorker', msg: 'sending message to master' });
process.on('message', (message) => console.log(message));
