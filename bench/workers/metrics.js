import { createServer } from 'node:http';
import { collectDefaultMetrics, Histogram } from 'prom-client';

collectDefaultMetrics();
const took = new Histogram({ name: 'shop_took_seconds', help: 'Took.', labelNames: ['route'] });
for (let route = 0; route < 20; route += 1) took.observe({ route: `/${route}` }, 0.1);

createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1');
