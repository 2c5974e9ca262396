// One core's share: runs each chunk that it is sent, and sends back the outcome.
import { parentPort, workerData } from 'node:worker_threads';

const { runChunk } = await import(workerData);
parentPort.on('message', (chunk) => parentPort.postMessage({ chunk, ...runChunk(chunk) }));
parentPort.postMessage('ready');
