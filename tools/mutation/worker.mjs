// The process that runs tests, with one mutant at a time turned on; driven by messages, see process.mjs.
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { assertionsLikeAva } from './assertions.mjs';
import { takeDeclared } from './recorder.mjs';

const { packageFolder, instrumented, mutants } = JSON.parse(process.argv[2]);
const folder = (path) => `${pathToFileURL(path).href}/`;
const tests = folder(`${packageFolder}/build/test`);
register('./hooks.mjs', import.meta.url, {
  data: { dist: folder(`${packageFolder}/dist`), tests, instrumented: folder(instrumented) },
});
process.chdir(packageFolder);
const state = (globalThis.mutation = { active: -1, hits: undefined });
const assertions = assertionsLikeAva(packageFolder);

const limits = new Float64Array(new SharedArrayBuffer(16)).fill(Infinity);
new Worker(new URL('./watchdog.mjs', import.meta.url), { workerData: limits.buffer }).unref();
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
/** Gives the process time for something that usually takes so many processor seconds. */
const allow = (usual) => {
  limits[0] = used() + 3 + 4 * usual;
  limits[1] = Date.now() / 1e3 + 120 + 40 * usual;
};

const loose = [];
process.on('unhandledRejection', (error) => loose.push(error));
process.on('uncaughtException', (error) => loose.push(error));

const loaded = new Map();

/** The tests of a file, from modules of their own where there is a tag. */
async function testsOf(file, tag) {
  const key = tag === undefined ? file : `${file}?m=${tag}`;
  if (loaded.has(key)) return loaded.get(key);
  takeDeclared();
  await import(`${tests}${file}.test.js${tag === undefined ? '' : `?m=${tag}`}`);
  const declared = takeDeclared();
  const context = {};
  for (const hook of declared.filter(({ kind }) => kind === 'before')) {
    const failure = await failureOf({ ...hook, context });
    if (failure && failure.message !== 'no assertion') throw failure;
  }
  const found = declared.filter(({ kind }) => kind === 'test').map((one) => ({ ...one, context }));
  loaded.set(key, found);
  return found;
}

/** What a test fails with; a test that does nothing for ten seconds fails as well. */
async function failureOf({ body, context }) {
  const teardowns = [];
  const { t, count } = assertions({ context, teardowns });
  loose.length = 0;
  let error;
  let idle = 0;
  let timer;
  try {
    const hang = new Promise((_, reject) => {
      timer = setInterval(() => ++idle > 50 && reject(new Error('it hangs')), 200);
    });
    await Promise.race([Promise.resolve(body(t)), hang]);
    if (count() === 0) error = new Error('no assertion');
  } catch (thrown) {
    error = thrown ?? new Error('a falsy value was thrown');
  }
  clearInterval(timer);
  for (const teardown of teardowns.reverse()) {
    try {
      await teardown();
    } catch (thrown) {
      error ??= thrown;
    }
  }
  return error ?? loose[0];
}

const words = (error) => error && String(error.message ?? error).slice(0, 160);

async function recordingHits(body) {
  state.hits = new Uint8Array(mutants);
  await body();
  const reached = [...state.hits.keys()].filter((id) => state.hits[id] === 1);
  state.hits = undefined;
  return reached;
}

const answers = {
  /** The tests of a file: what each reaches, how long it takes, what it fails with; and what loading the file reaches. */
  async survey({ file }) {
    allow(100);
    await testsOf(file);
    const begun = used();
    const whileLoading = await recordingHits(() => testsOf(file, `survey${loaded.size}`));
    const loading = used() - begun;
    const found = [];
    for (const one of await testsOf(file)) {
      allow(60);
      let failure;
      const reached = await recordingHits(async () => (failure = await failureOf(one)));
      const start = used();
      failure ??= await failureOf(one);
      found.push({ title: one.title, reached, seconds: used() - start, failure: words(failure) });
    }
    return { whileLoading, loading, tests: found };
  },

  /** Runs tests ([file, index, seconds, loading]) with a mutant up to the first failure; `anew`: from modules loaded with it. */
  async run({ id, tests, anew }) {
    for (const [file, index, seconds, loading] of tests) {
      allow(60);
      await testsOf(file);
      allow(seconds + loading);
      state.active = id;
      let failure;
      try {
        failure = await failureOf((await testsOf(file, anew ? `of${id}` : undefined))[index]);
      } catch (error) {
        failure = error;
      }
      state.active = -1;
      if (!failure) continue;
      allow(seconds);
      const spoilt = !anew && (await failureOf((await testsOf(file))[index])) !== undefined;
      return { killed: true, by: [file, index], why: words(failure), spoilt };
    }
    return { killed: false };
  },
};

process.on('message', async ({ kind, ...question }) => {
  let answer;
  try {
    answer = await answers[kind](question);
  } catch (error) {
    answer = { problem: String(error?.stack ?? error) };
  }
  limits.fill(Infinity);
  process.send(answer);
});
process.on('disconnect', () => process.exit());
process.send('ready');
