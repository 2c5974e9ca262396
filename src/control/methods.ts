import { type ControlMethod, method } from './method.js';
import { config } from './methods/config.js';
import { events } from './methods/events.js';
import { live } from './methods/live.js';
import { logs } from './methods/logs.js';
import { pause, resume } from './methods/pause.js';
import { identity, ping } from './methods/ping.js';
import { reopen } from './methods/reopen.js';
import { restart } from './methods/restart.js';
import { scale } from './methods/scale.js';
import { send } from './methods/send.js';
import { force, shutdown } from './methods/shutdown.js';
import { stats } from './methods/stats.js';
import { status } from './methods/status.js';
import { workers } from './methods/workers.js';
import { openApi } from './openapi.js';

const openapi: ControlMethod = method({
  verb: 'GET',
  name: 'openapi.json',
  about: 'This description.',
  parameters: { properties: {} },
  answer: { type: 'object', additionalProperties: true },
  answers: 'value',
  handle: () => ({ json: openApi(methods, identity().version) }),
});

/** All that can be asked of a master. A name from a request is only looked up here. */
export const methods: readonly ControlMethod[] = [
  ping,
  status,
  workers,
  config,
  stats,
  events,
  logs,
  live,
  restart,
  scale,
  pause,
  resume,
  shutdown,
  force,
  reopen,
  send,
  openapi,
];
