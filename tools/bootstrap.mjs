// Makes a checkout ready to run on a machine that has only Node and npm: installs the locked packages if they are not the
// installed ones, then builds what changed. Quiet and quick when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Advect needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const read = (name) => {
  try {
    return readFileSync(new URL(name, root), 'utf8');
  } catch {
    return undefined;
  }
};

function run(what, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status === 0) return;
  console.error(`${what} failed (${command} ${args.join(' ')}):\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
  process.exit(1);
}

if (read('pnpm-lock.yaml') !== read('node_modules/.pnpm/lock.yaml')) {
  console.error('Installing the locked packages …');
  run('Installing', 'npx', ['-y', JSON.parse(read('package.json')).packageManager, 'install', '--frozen-lockfile']);
}
run('Building', process.execPath, ['node_modules/typescript/bin/tsc', '-b']);
