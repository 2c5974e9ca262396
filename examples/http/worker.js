import Fastify from 'fastify';

const port = Number(process.env.PORT ?? 8080);
const app = Fastify();
app.get('/', async () => ({ hello: 'world', pid: process.pid }));

try {
  await app.listen({ port, host: '127.0.0.1' });
} catch (error) {
  // Print one line instead of a stack, because every worker that is started prints it.
  console.error(error.message);
  process.exit(1);
}
