const express = require('express');

const app = express();
app.get('/', (req, res) => {
  res.json({ hello: 'world', pid: process.pid });
});
app.listen(process.env.PORT ?? 8080);
