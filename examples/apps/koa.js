import Koa from 'koa';

const app = new Koa();
app.use((ctx) => {
  ctx.body = { hello: 'world', pid: process.pid };
});
app.listen(process.env.PORT ?? 8080);
