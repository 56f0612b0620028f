// Runs alone: it starts processes and ends them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { lockRun, ownerOf } from '#src/run/lock.js';
import { inFolder } from '../in-folder.js';

test('however many ask for a folder at once, and whatever the killed leave there, never do two have it', (t) =>
  inFolder(async (folder) => {
    const counts = new Int32Array(new SharedArrayBuffer(12));
    const workers = Array.from(
      { length: 4 },
      (_, i) => new Worker(new URL('lock-worker.js', import.meta.url), { workerData: { folder, name: `worker-${i}`, counts } }),
    );
    const codes = await Promise.all(workers.map(async (worker) => (await once(worker, 'exit'))[0] as number));
    t.deepEqual(codes, [0, 0, 0, 0]);
    const [held, twice, taken] = counts;
    t.is(held, 0);
    t.true(taken >= 300);
    t.is(twice, 0, `of ${taken} times`);
  }));

test('a lock that a crash tore does not count, and nothing lies about when it is given back', (t) =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'run.lock'), '{"pid": 1');
    const unlock = await lockRun(folder);
    t.is((await ownerOf(folder))?.pid, process.pid);
    await t.throwsAsync(lockRun(folder), { code: 'invalid-file', message: /trained in by process/ });
    await unlock();
    t.deepEqual(await readdir(folder), []);
  }));

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process that was killed and that its parent never asked after does not count', (t) =>
  inFolder(async (folder) => {
    // A shell that has become another program does not ask after its children.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const pid = Number(await once(parent.stdout, 'data'));
      const fields = async (): Promise<string[]> => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ');
      while ((await readFile(`/proc/${parent.pid}/comm`, 'utf8')) !== 'sleep\n') await setTimeout(5);
      await writeFile(join(folder, 'run.lock'), JSON.stringify({ pid, host: hostname(), began: (await fields())[19] }));
      await t.throwsAsync(lockRun(folder), { message: new RegExp(`trained in by process ${pid}$`) });
      process.kill(pid, 'SIGKILL');
      while ((await fields())[0] !== 'Z') await setTimeout(5);
      await (
        await lockRun(folder)
      )();
      t.deepEqual(await readdir(folder), []);
    } finally {
      parent.kill('SIGKILL');
    }
  }),
);
