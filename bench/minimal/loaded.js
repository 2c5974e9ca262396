/** The minimal master, which has loaded what ours is made of. */
await Promise.all([import('rxjs'), import('pino')]);
await import('./master.js');
