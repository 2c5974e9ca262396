// The master is the process of the container: PID 1, or the only child of an init.
import { cluster$ } from 'proteus-cluster';

cluster$({
  exec: new URL('worker.js', import.meta.url),
  // A container has one master, and its root file system is read-only.
  pid: false,
  // Less than the grace period of the container, after which everything in it is killed.
  disconnectTimeout: 25_000,
  // The kubelet and Prometheus come from other addresses. /livez, /readyz and /startupz are here, too.
  metrics: { host: '0.0.0.0', port: Number(process.env.METRICS_PORT ?? 9464) },
}).subscribe({ error: () => (process.exitCode = 1) });
