// What `npm run demo` shows: pictures, a scored picture and a tune, each made, saved and previewed by the apps' own commands.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = 'out/demo';
mkdirSync(new URL(`../${out}`, import.meta.url), { recursive: true });

const acts = [
  {
    title: 'Pictures: handwritten digits that a flow carried out of noise',
    app: 'image',
    words: ['sample', '--model', 'digits', '--seed', '7', '--count', '40', '--out', `${out}/digits.png`, '--show'],
  },
  {
    title: 'A real digit that the model never saw …',
    app: 'image',
    words: ['info', '--held-out', '1000', '--out', `${out}/real-digit.png`],
  },
  {
    title: '… and how probable it is: an exact log-density, in bits per pixel',
    app: 'image',
    words: ['score', `${out}/real-digit.png`],
  },
  {
    title: 'A tune: four bars in four voices, composed by a flow',
    app: 'music',
    words: ['compose', '--seed', '2', '--key', 'G', '--out', `${out}/tune`],
  },
];

for (const { title, app, words } of acts) {
  console.log(`\n── ${title}\n   npm run ${app} -- ${words.join(' ')}\n`);
  const overwrite = words.includes('--out') ? ['--force'] : [];
  const { status } = spawnSync(process.execPath, [`apps/${app}/dist/cli.js`, ...words, ...overwrite], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`\nAll of it lies in ${out}/. Next: README.md, or npm run image -- --help, or npm run music -- --help.`);
