// Mutation testing: changes the source in small ways and asks of each change (a mutant) whether a test fails.
//   node tools/mutation/run.mjs io/zip.ts model [--tests io,model] [--package packages/core] [--sample 150] [--seed 1]
//     [--limit 60] [--minutes 30] [--out out/mutation] [--instrumenter out/stryker] [--again]
// Files and folders are those below the package's src, --tests those below its test (the sources' folders unless given); both
// are to be built. --limit: processor seconds of tests for one mutant; --minutes: when to stop. The same command goes on where
// the last one stopped; with --again it tries those once more that no test had killed. Writes results.json and results.md.
// Only what runs in the main thread is mutated. The mutators are Stryker's:
//   npm i --no-save --prefix out/stryker @stryker-mutator/instrumenter@9.6.1
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesBelow } from './files.mjs';
import { digestOf, instrument } from './instrument.mjs';
import { startProcess } from './process.mjs';
import { markdown, summary } from './report.mjs';
import { scheduler, shuffled } from './schedule.mjs';
import { trials } from './trial.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (usual) => ({ type: 'string', default: usual });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    package: text('packages/core'),
    tests: text(''),
    sample: text('Infinity'),
    seed: text('1'),
    limit: text('60'),
    minutes: text('Infinity'),
    out: text('out/mutation'),
    instrumenter: text('out/stryker'),
    again: { type: 'boolean', default: false },
  },
});

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function main() {
  const packageFolder = resolve(root, values.package);
  const out = resolve(root, values.out);
  if (positionals.length === 0)
    throw new Error('Name the files or folders to change, such as io/zip.ts: see the head of tools/mutation/run.mjs.');
  const sources = filesBelow(join(packageFolder, 'src'), positionals, '.ts').map((file) => `${file}.ts`);
  const folders = values.tests === '' ? new Set(sources.map((file) => file.split('/')[0])) : values.tests.split(',');
  const testFiles = filesBelow(join(packageFolder, 'build', 'test'), [...folders], '.test.js');

  const mutants = await prepare({ sources, packageFolder, out });
  const setting = { packageFolder, instrumented: join(out, 'instrumented'), mutants: mutants.length };
  const surveys = await survey(setting, testFiles);
  const log = join(out, 'verdicts.jsonl');
  if (values.again && existsSync(log))
    write(
      log,
      read(log).filter(({ verdict }) => verdict === 'killed' || verdict === 'timeout'),
    );
  const done = new Set(read(log).map(({ id }) => id));
  const chosen = shuffled(
    mutants.filter(({ words }) => !words),
    Number(values.seed),
  ).slice(0, Number(values.sample));
  const left = chosen.filter(({ id }) => !done.has(id));
  console.log(`${mutants.length} mutants in ${sources.length} files, ${chosen.length} to be tried, ${left.length} of them now`);

  const end = Date.now() + 60_000 * Number(values.minutes);
  const { trial, stop } = trials(setting, scheduler(surveys, Number(values.limit)));
  try {
    for (const [i, mutant] of left.entries()) {
      if (Date.now() > end) break;
      appendFileSync(log, `${JSON.stringify({ id: mutant.id, ...(await trial(mutant)) })}\n`);
      if ((i + 1) % 50 === 0) console.log(`${i + 1} of ${left.length}`);
    }
  } finally {
    await stop();
  }
  const results = summary(mutants, read(log));
  writeFileSync(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(out, 'results.md'), markdown(results));
  const { tested, killed, timeout, survived, unreached } = results.total;
  console.log(
    `${killed} of ${tested} killed (${timeout} by timeout), ${survived} survived, ${unreached} reached by no test: ${values.out}/results.md`,
  );
}

/** The mutants of these sources; results of other sources in the same folder are an error. */
async function prepare({ sources, packageFolder, out }) {
  const src = join(packageFolder, 'src');
  const path = join(out, 'mutants.json');
  const digest = digestOf(sources, src);
  if (existsSync(path)) {
    const kept = JSON.parse(readFileSync(path, 'utf8'));
    if (kept.digest === digest) return kept.mutants;
    throw new Error(`${values.out} holds results of other sources, or of these before they changed: remove it, or name another --out.`);
  }
  mkdirSync(out, { recursive: true });
  const installed = resolve(root, values.instrumenter);
  const mutants = await instrument({ sources, src, out: join(out, 'instrumented'), installed });
  writeFileSync(path, JSON.stringify({ digest, mutants }));
  return mutants;
}

/** What each test reaches and takes. A test that fails without any mutant is named, and left out. */
async function survey(setting, files) {
  const child = await startProcess(setting);
  const surveys = [];
  for (const file of files) {
    const found = await child.ask({ kind: 'survey', file });
    if (!found.tests) throw new Error(`The tests of ${file} cannot be run: ${found.problem ?? found.died}`);
    surveys.push({ file, ...found });
    for (const { title, failure } of found.tests)
      if (failure) console.log(`left out, it fails without a mutant: ${file}, ${title}: ${failure}`);
  }
  await child.stop();
  return surveys;
}

function read(log) {
  return existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
}

function write(log, results) {
  writeFileSync(log, results.map((result) => `${JSON.stringify(result)}\n`).join(''));
}
