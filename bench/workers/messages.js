import { createServer } from 'node:net';
import { messages$, route, send } from 'proteus-cluster/worker';

/** How many are sent at once, and how many make an array. */
const some = 64;
const many = 512;

const message = (i) => ({ cmd: 'fromWorker', msg: 'hello, master', i });
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** `false` says that the channel's queue has grown, and the callback that the message has been written. */
const sent = (what) => new Promise((resolve) => process.send(what, undefined, undefined, resolve));

/** Sends as fast as the channel accepts, each side in its own way. */
const ways = {
  plain: async (count) => {
    for (let from = 0; from < count; from += some) {
      const to = Math.min(count, from + some);
      let room = true;
      for (let index = from; index < to - 1; index += 1) room = process.send(message(index)) && room;
      if (room) {
        process.send(message(to - 1));
        await turn();
      } else {
        await sent(message(to - 1));
      }
    }
  },
  arrays: async (count) => {
    for (let from = 0; from < count; from += many) {
      const array = [];
      for (let index = from; index < Math.min(count, from + many); index += 1) array.push(message(index));
      // One may be on its way while the next is made.
      if (!process.send(array)) await sent([]);
    }
  },
  send: async (count) => {
    for (let from = 0; from < count; from += some) {
      let room;
      for (let index = from; index < Math.min(count, from + some); index += 1) room = send(message(index));
      await room;
    }
  },
};

/** A number of messages in each turn. */
const perTurn = (how, each) => async (count) => {
  const one = how === 'send' ? send : (what) => process.send(what);
  for (let from = 0; from < count; from += each) {
    for (let index = from; index < Math.min(count, from + each); index += 1) one(message(index));
    await turn();
  }
};

const one = (how, what) => (how === 'send' ? send(what) : process.send(what));

process.on('message', ({ burst, beats, ping, ms, how = 'plain', each }) => {
  if (ping !== undefined) one(ping, { cmd: 'pong' });
  // JSON has no Infinity.
  if (burst === null) flood(how, performance.now() + ms);
  else if (burst !== undefined) (each === undefined ? ways[how] : perTurn(how, each))(burst);
  if (beats !== undefined) {
    const beating = setInterval(() => one(how, { cmd: 'beat', at: Date.now() }), 10);
    setTimeout(() => clearInterval(beating), beats);
  }
});
messages$.pipe(route({ ping: () => 'pong' })).subscribe();

const flood = async (how, until) => {
  while (performance.now() < until) await ways[how](10_000);
};

createServer().listen(0, '127.0.0.1');
