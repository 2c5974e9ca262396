// Chromium without a window, driven over the DevTools protocol: for the tests of views and their screenshots.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of Chromium, or `undefined`. */
export const findChromium = () => [process.env.CHROMIUM, ...candidates].find((path) => path && existsSync(path));

const flags = [
  '--headless=new',
  '--remote-debugging-port=0',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-extensions',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
];

/** One connection to the browser: requests with answers, and events. */
const connection = (socket) => {
  const waiting = new Map();
  const listeners = new Set();
  let last = 0;
  socket.on('message', (text) => {
    const message = JSON.parse(String(text));
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (asked === undefined) for (const listener of listeners) listener(message);
    else if (message.error) asked.reject(new Error(`${asked.method}: ${message.error.message}`));
    else asked.resolve(message.result);
  });
  return {
    listen: (listener) => {
      listeners.add(listener);
    },
    ask: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject, method });
        socket.send(JSON.stringify({ id: last, method, params, sessionId }));
      }),
  };
};

/** Starts the browser. Rejects where it is not installed. */
export const openBrowser = async () => {
  const path = findChromium();
  if (path === undefined) throw new Error('expected Chromium, found none. Install it: apt-get install chromium');
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = spawn(path, [...flags, ...root, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise((resolve) => {
    browser.once('exit', resolve);
  });
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: browser.stderr }).on('line', (line) => {
      const [, found] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    browser.once('error', reject);
    browser.once('exit', () => reject(new Error('Chromium ended before it could be used')));
  });
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve).once('error', reject);
  });
  const { ask, listen } = connection(socket);
  return {
    pid: browser.pid,
    /** Opens a tab. */
    tab: async () => {
      const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
      const tab = await openTab((method, params) => ask(method, params, sessionId), listen, sessionId);
      return { ...tab, close: () => ask('Target.closeTarget', { targetId }) };
    },
    close: async () => {
      await ask('Browser.close').catch(() => {});
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const keyCodes = { Escape: 27, ArrowLeft: 37, ArrowRight: 39 };

const openTab = async (ask, listen, session) => {
  /** Errors of the page, and what it was refused. */
  const problems = [];
  const requests = [];
  listen(({ method, params, sessionId }) => {
    if (sessionId !== session) return;
    if (method === 'Runtime.exceptionThrown') problems.push(params.exceptionDetails.exception?.description ?? 'error');
    if (method === 'Log.entryAdded' && params.entry.level === 'error') problems.push(params.entry.text);
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
  });
  await ask('Page.enable');
  await ask('Runtime.enable');
  await ask('Log.enable');
  await ask('Network.enable');

  /** The value of an expression, also of a promise. */
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await ask('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };

  return {
    ask,
    problems,
    requests,
    evaluate,
    open: (url) => ask('Page.navigate', { url }),
    /** Resolves with the first value of the expression that is neither false nor empty. */
    until: async (expression) =>
      evaluate(`new Promise((resolve) => {
        const look = () => {
          const value = (() => { try { return ${expression} } catch { return undefined } })();
          if (value) resolve(value); else setTimeout(look, 50);
        };
        look();
      })`),
    size: (width, height) =>
      ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 500 }),
    scheme: (value) => ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] }),
    /** Types a key, such as `ArrowLeft`. */
    key: async (key) => {
      const code = key.length === 1 ? { text: key } : { windowsVirtualKeyCode: keyCodes[key] };
      await ask('Input.dispatchKeyEvent', { type: 'keyDown', key, ...code });
      await ask('Input.dispatchKeyEvent', { type: 'keyUp', key, ...code });
    },
    /** A picture of the window, or of the whole page, as PNG or WebP. */
    picture: async ({ whole = false, format = 'png' } = {}) => {
      const { data } = await ask('Page.captureScreenshot', {
        format,
        captureBeyondViewport: whole,
        ...(format === 'webp' && { quality: 85 }),
      });
      return Buffer.from(data, 'base64');
    },
  };
};
