import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './pages.js';

const textOf = (name: string): string => readFileSync(join(root, 'examples/container', name), 'utf8');

/** The first number behind a text. */
const numberIn = (text: string, behind: RegExp): number => {
  const [, number = ''] = new RegExp(`${behind.source}\\D*?([\\d_]+)`).exec(text) ?? [];
  return Number(number.replaceAll('_', ''));
};

const drain = numberIn(textOf('server.js'), /disconnectTimeout:/) / 1_000;

test('a container is killed later than the master kills its workers', () => {
  const deployment = textOf('deployment.yaml');
  const pause = numberIn(deployment, /command: \[sleep,/);
  expect(drain).toBe(25);
  expect(pause).toBe(5);
  expect(numberIn(deployment, /terminationGracePeriodSeconds:/)).toBeGreaterThan(pause + drain);
  expect(numberIn(textOf('compose.yaml'), /stop_grace_period:/)).toBeGreaterThan(drain);
});

test('the probes ask for what the master answers, on the port that the container opens', () => {
  const deployment = textOf('deployment.yaml');
  const probes = Array.from(
    deployment.matchAll(/(\w+)Probe:\n\s+httpGet: \{ path: (\S+), port: (\w+) \}/g),
    ([, probe, path, port]) => `${probe} ${path} ${port}`,
  );
  expect(probes).toEqual(['startup /startupz metrics', 'readiness /readyz metrics', 'liveness /livez metrics']);
  const port = numberIn(deployment, /name: metrics, containerPort:/);
  expect(textOf('server.js')).toContain(`METRICS_PORT ?? ${port}`);
  expect(textOf('Dockerfile')).toMatch(new RegExp(`^EXPOSE .*\\b${port}\\b`, 'm'));
  expect(textOf('compose.yaml')).toContain(`http://127.0.0.1:${port}/livez`);
});

test('node is started without a shell, and an init reaps what workers leave behind', () => {
  expect(textOf('Dockerfile')).toMatch(/^CMD \["node", "server\.js"\]$/m);
  expect(textOf('compose.yaml')).toMatch(/^\s+init: true$/m);
  expect(textOf('deployment.yaml')).toMatch(/^\s+shareProcessNamespace: true$/m);
});
