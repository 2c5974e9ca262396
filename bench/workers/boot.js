process.send('booted', () => process.exit());
