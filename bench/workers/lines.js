// Writes so many lines a second, as an application under load does.
import { createServer } from 'node:http';

const perSecond = Number(process.env.LINES);
let count = 0;
const begun = performance.now();
setInterval(() => {
  const due = ((performance.now() - begun) / 1_000) * perSecond;
  let lines = '';
  for (; count < due; count += 1)
    lines += `{"level":30,"time":${Date.now()},"msg":"GET /orders/${count} 200","ms":12,"url":"/orders/${count}?full=true"}\n`;
  process.stdout.write(lines);
}, 20);
createServer((_, response) => response.end()).listen(0, '127.0.0.1');
