import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Starts a peer that answers one line of JSON for each line of JSON. */
export function startPeer(python, script, threads) {
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url)), String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Threads that spin between two calls would take the cores from whoever's turn it is.
    env: { ...process.env, OMP_NUM_THREADS: String(threads), OMP_WAIT_POLICY: 'passive', KMP_BLOCKTIME: '0' },
  });
  const lines = createInterface({ input: child.stdout });
  const waiting = [];
  const next = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  lines.on('line', (text) => waiting.shift()?.resolve(JSON.parse(text)));
  child.on('exit', (code) => waiting.forEach(({ reject }) => reject(new Error(`${script} ended with code ${code}`))));
  return {
    about: next(),
    ask(command) {
      const answer = next();
      child.stdin.write(`${JSON.stringify(command)}\n`);
      return answer;
    },
    stop: () => child.kill(),
  };
}

/** Arrays by name: a line of JSON with names and shapes, then their float32 numbers. */
export function writeArrays(path, arrays) {
  const list = Object.entries(arrays);
  const header = `${JSON.stringify(list.map(([name, { shape }]) => ({ name, shape })))}\n`;
  const bytes = list.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  writeFileSync(path, Buffer.concat([Buffer.from(header), ...bytes]));
}
