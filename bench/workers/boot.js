const { user, system } = process.cpuUsage();

process.send({ cpu: (user + system) / 1_000 }, () => process.exit());
