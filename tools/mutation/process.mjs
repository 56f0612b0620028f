import { fork } from 'node:child_process';

/** Starts a process that runs tests. `ask` gives its answer, or that it died: of time, of memory, or of the mutant itself. */
export async function startProcess(setting) {
  const child = fork(new URL('./worker.mjs', import.meta.url), [JSON.stringify(setting)], {
    env: { ...process.env, ADVECT_THREADS: '1' },
    execArgv: ['--max-old-space-size=1800', '--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let settle;
  let dead = false;
  const next = () => new Promise((resolve) => (settle = resolve));
  child.on('message', (answer) => settle(answer));
  child.on('exit', (code, signal) => {
    dead = true;
    settle({ killed: true, died: signal === 'SIGKILL' ? 'time or memory' : `exit ${signal ?? code}` });
  });
  await next();
  return {
    get dead() {
      return dead;
    },
    ask(question) {
      const answer = next();
      child.send(question);
      return answer;
    },
    async stop() {
      if (dead) return;
      const gone = next();
      child.kill('SIGKILL');
      await gone;
    },
  };
}
