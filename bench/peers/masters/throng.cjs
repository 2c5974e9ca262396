// Its workers run this very file, too. It has no reload; the handler of SIGTERM in the worker is its README's.
const throng = require('throng');

const { PEERS_EXEC, PEERS_WORKERS } = process.env;

throng({
  count: Number(PEERS_WORKERS),
  worker: (id, disconnect) => {
    process.once('SIGTERM', disconnect);
    require(PEERS_EXEC);
  },
});
