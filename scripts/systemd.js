// Boots a real systemd in a Debian tree (systemd-nspawn) and operates a service there: start, reload, failed reload, watchdog, stop, socket activation.
// node scripts/systemd.js [--tree folder] [--node file] [--mirror url]: the tree is made once, and kept. Its packages come from where this machine has its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { debianMirror } from './debianPackages.js';

const { values } = parseArgs({
  options: {
    tree: { type: 'string', default: '/var/tmp/proteus-cluster-systemd' },
    node: { type: 'string', default: process.execPath },
    suite: { type: 'string', default: 'trixie' },
    mirror: { type: 'string' },
  },
});
const { tree } = values;
const root = fileURLToPath(new URL('..', import.meta.url));
const has = (command) => spawnSync('which', [command]).status === 0;
const run = (command, args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });

const needed = { debootstrap: 'debootstrap', 'systemd-nspawn': 'systemd-container' };
const missing = Object.keys(needed).filter((command) => !has(command));
if (process.getuid?.() !== 0) {
  console.error('This script boots a system in a container and has to run as root.');
  if (missing.length > 0) console.error(`Install first: ${missing.map((command) => needed[command]).join(' ')}`);
  process.exit(1);
}
if (missing.length > 0) {
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-qy', '--no-install-recommends', ...missing.map((command) => needed[command])]);
}

if (!existsSync(join(tree, 'usr/bin/systemctl'))) {
  const packages = 'systemd,systemd-sysv,dbus,procps,curl,libstdc++6';
  const mirror = values.mirror ?? debianMirror();
  if (mirror === undefined) {
    console.error('systemd: expected a source of Debian packages, and apt knows none here. Name one: --mirror <url>');
    process.exit(1);
  }
  run('debootstrap', ['--variant=minbase', `--include=${packages}`, values.suite, tree, mirror]);
}

// The service, with the package as it is built.
const service = join(tree, 'srv/shop');
const modules = join(service, 'node_modules');
rmSync(service, { recursive: true, force: true });
mkdirSync(join(modules, 'proteus-cluster'), { recursive: true });
for (const name of ['dist', 'package.json'])
  cpSync(join(root, name), join(modules, 'proteus-cluster', name), { recursive: true });
const copy = (name) => {
  const to = join(modules, name);
  if (existsSync(to)) return;
  cpSync(join(root, 'node_modules', name), to, { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(join(to, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) copy(dependency);
};
for (const name of ['rxjs', 'pino', 'croner']) copy(name);
const files = fileURLToPath(new URL('systemd', import.meta.url));
for (const name of ['master.js', 'worker.js', 'broken.js', 'scenario.sh'])
  cpSync(join(files, name), join(service, name));
writeFileSync(join(service, 'package.json'), JSON.stringify({ type: 'module' }));

const { systemdUnit } = await import('../dist/systemd.js');
const unit = systemdUnit({
  name: 'shop',
  user: 'nobody',
  exec: '/usr/bin/node',
  args: ['master.js'],
  workingDirectory: '/srv/shop',
  disconnectTimeout: 10_000,
  watchdog: 3,
});
const units = join(tree, 'etc/systemd/system');
mkdirSync(join(units, 'multi-user.target.wants'), { recursive: true });
writeFileSync(join(units, 'shop.service'), unit);
// As it would be with a systemd that has no OpenFile.
writeFileSync(
  join(units, 'old.service'),
  unit
    .replace(/^OpenFile=.*\n/m, '')
    .replaceAll('shop\n', 'old\n')
    .replace('WorkingDirectory=/srv/old', 'WorkingDirectory=/srv/shop'),
);
// As `proteus startup` prints it.
const cli = '/srv/shop/node_modules/proteus-cluster/dist/cli.js';
const command = {
  name: 'command',
  user: 'nobody',
  exec: '/usr/bin/node',
  args: [cli, 'start', 'current.js', '--workers', '2'],
  reload: ['/usr/bin/node', cli, 'restart', '$MAINPID'],
  workingDirectory: '/srv/shop',
};
writeFileSync(join(units, 'command.service'), systemdUnit(command));
writeFileSync(
  join(units, 'shop.socket'),
  '[Socket]\nListenStream=127.0.0.1:8080\nFileDescriptorName=web\n\n[Install]\nWantedBy=sockets.target\n',
);
writeFileSync(
  join(units, 'scenario.service'),
  '[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nExecStart=/bin/sh /srv/shop/scenario.sh\nExecStopPost=/bin/systemctl poweroff --force --force\n',
);
rmSync(join(units, 'multi-user.target.wants/scenario.service'), { force: true });
rmSync(join(units, 'multi-user.target.wants/inside.service'), { force: true });
symlinkSync('../scenario.service', join(units, 'multi-user.target.wants/scenario.service'));
const transcript = join(tree, 'srv/transcript');
rmSync(transcript, { force: true });

const boot = ['-q', '-D', tree, '--register=no', '--keep-unit', `--bind-ro=${values.node}:/usr/bin/node`, '--boot'];
const { error } = spawnSync('systemd-nspawn', boot, { stdio: 'ignore', timeout: 180_000, killSignal: 'SIGKILL' });
const text = existsSync(transcript) ? readFileSync(transcript, 'utf8') : '';
process.stdout.write(text);
if (error !== undefined) console.error(`systemd-nspawn: ${error.message}`);
const failed = text.split('\n').filter((line) => line.startsWith('FAILED'));
if (failed.length > 0 || !text.includes('\nend of the scenario\n')) {
  console.error(failed.length > 0 ? `${failed.length} checks failed` : 'The scenario did not come to its end');
  process.exitCode = 1;
}
