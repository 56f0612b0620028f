import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';

/**
 * The runs of a long benchmark by name, read from a file and saved to it as they end, so that it can be stopped and started
 * again. Where nothing is kept, there are no runs yet and `save` does nothing.
 */
export function openStore(file, { kept, ...more }) {
  const stored = kept && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { runs: {} };
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
  return {
    runs: stored.runs,
    save() {
      if (!kept) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.part`, `${JSON.stringify({ machine, ...stored, ...more }, undefined, 1)}\n`);
      renameSync(`${file}.part`, file);
    },
  };
}
