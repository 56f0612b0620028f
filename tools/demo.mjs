// What `npm run demo` shows: pictures, a scored picture and a tune, each made, saved and previewed by the apps' own commands.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = 'out/demo';
mkdirSync(new URL(`../${out}`, import.meta.url), { recursive: true });

const acts = [
  ['Pictures: handwritten digits that a flow carried out of noise', 'image', ['sample', '--seed', '7', '--count', '8', '--out', `${out}/digits.png`, '--show']],
  ['A real digit that the model never saw …', 'image', ['info', '--held-out', '1000', '--out', `${out}/real-digit.png`]],
  ['… and how probable it is: an exact log-density, in bits per pixel', 'image', ['score', `${out}/real-digit.png`]],
  ['A tune: four bars in four voices, composed by a flow', 'music', ['compose', '--seed', '7', '--out', `${out}/tune`]],
];

for (const [title, app, [command, ...options]] of acts) {
  console.log(`\n── ${title}\n   npm run ${app} -- ${command} ${options.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [`apps/${app}/dist/cli.js`, command, ...options, '--force'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`\nAll of it lies in ${out}/. Next: README.md, or npm run image -- --help, or npm run music -- --help.`);
