// Kills a training with SIGKILL at random moments, again and again, and shows what was left:
//   node tools/kill-runs.mjs [kills] [threads] [seed]
// Exits with 1 where a checkpoint was torn or lost, or a resumed run came to other bits than an untouched one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAgainAndAgain } from '../packages/node/build/test/run/kill.js';

const [kills, threads, seed] = [50, 1, 0].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const folder = mkdtempSync(join(tmpdir(), 'advect-kill-'));
try {
  const report = await killAgainAndAgain({ folder, kills, steps: 300, threads, seed });
  console.log(JSON.stringify({ threads, seed, ...report }, null, 2));
  process.exitCode = report.problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
