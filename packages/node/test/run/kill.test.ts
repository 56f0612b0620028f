// Runs alone: it starts processes and ends them.
import test from 'ava';
import { inFolder } from '../in-folder.js';
import { killAgainAndAgain } from './kill.js';

// tools/kill-runs.mjs does the same fifty times and more.
test('a training killed at random moments leaves whole checkpoints only, and resumed it ends as if nobody had touched it', (t) =>
  inFolder(async (folder) => {
    const { kills, problems } = await killAgainAndAgain({ folder, kills: 3, steps: 60, threads: 1, seed: 2 });
    t.deepEqual(problems, []);
    t.is(
      Object.values(kills).reduce((sum, n) => sum + n, 0),
      3,
    );
  }));
