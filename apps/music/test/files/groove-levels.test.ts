import test from 'ava';
import { offsetCounts, velocityCounts } from '#src/data/groove-levels.js';
import { loadGrooves } from '#src/files/groove-source.js';

const local = process.env.ADVECT_DATA;

(local ? test : test.skip)(
  'velocities and offsets occur as often in the train windows of the Groove MIDI Dataset as is said',
  async (t) => {
    const { train } = await loadGrooves({ env: { ADVECT_DATA: local } });
    const velocities = new Array<number>(127).fill(0);
    const offsets = new Array<number>(121).fill(0);
    for (const { groove } of train) {
      groove.hits.forEach((hit, i) => {
        if (!hit) return;
        velocities[Math.round(127 * groove.velocities[i]) - 1]++;
        offsets[Math.round(120 * groove.offsets[i]) + 60]++;
      });
    }
    t.deepEqual(velocities, [...velocityCounts]);
    t.deepEqual(offsets, [...offsetCounts]);
  },
);
