/** The minimal master, with the dependencies of ours loaded. */
await Promise.all([import('rxjs'), import('pino')]);
await import('./master.js');
