// Runs every test of the package in whose folder it is started. Test files of one folder share a worker, a few at a time: alone,
// each would load and warm up TensorFlow.js and the whole package for itself. A file runs alone where it says "// Runs alone: why",
// or has something done before or after each test, which would be done for those of other files as well.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** As many files share a worker at most: more save little, and the last worker would end long after the others. */
const most = 8;

/**
 * Who runs a package's test files, which are named from the folder of tests: those that run alone, and suites that share a worker.
 * Neighbours, which often cost alike, come into different suites.
 */
export function sharing(files, runsAlone) {
  const folders = new Map();
  for (const file of files.filter((file) => !runsAlone(file))) {
    const folder = file.includes('/') ? file.split('/')[0] : 'top';
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  const groups = [...folders].flatMap(([folder, members]) => {
    const count = Math.ceil(members.length / most);
    return Array.from({ length: count }, (_, i) => ({ name: `${folder}-${i + 1}`, members: members.filter((_, k) => k % count === i) }));
  });
  const suites = groups.filter(({ members }) => members.length > 1);
  const shared = new Set(suites.flatMap(({ members }) => members));
  return { alone: files.filter((file) => !shared.has(file)), suites };
}

/** Runs AVA in the folder of a package, with options of its own; returns its exit status. */
function runTests(folder, options) {
  const source = join(folder, 'test');
  const files = readdirSync(source, { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.test.ts'));
  const runsAlone = (file) => /^\/\/ Runs alone: .|^test\.(before|after)Each/m.test(readFileSync(join(source, file), 'utf8'));
  const { alone, suites } = sharing(files.toSorted(), runsAlone);

  const shared = join(folder, 'build/test/suites');
  rmSync(shared, { recursive: true, force: true });
  mkdirSync(shared, { recursive: true });
  for (const { name, members } of suites) {
    const imports = members.map((file) => `import '../${file.replace(/\.ts$/, '.js')}';\n`);
    writeFileSync(join(shared, `${name}.test.js`), imports.join(''));
  }
  const patterns = [...suites.map(({ name }) => `suites/${name}.test.js`), ...alone.map((file) => file.replace(/\.ts$/, '.js'))];
  const ava = join(folder, 'node_modules/ava/entrypoints/cli.mjs');
  const { status } = spawnSync(process.execPath, [ava, ...patterns.map((file) => `build/test/${file}`), ...options], {
    cwd: folder,
    stdio: 'inherit',
  });
  rmSync(shared, { recursive: true, force: true });
  return status ?? 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(runTests(process.cwd(), process.argv.slice(2)));
