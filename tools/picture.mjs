// Draws the README's picture, docs/advect.png: two flows on their way from noise to data, digits, and a chorale.
// Usage: node tools/bootstrap.mjs && node tools/picture.mjs
import { mkdir, writeFile } from 'node:fs/promises';
import { encodePng } from '../apps/image/dist/codec/encode.js';
import { cnf, distributions, flowMatching, mlp, train } from '../packages/core/dist/index.js';

const PANEL = 220;
const GAP = 12;
const PAPER = [14, 17, 24];
const TIMES = [0, 0.3, 0.6, 0.8, 1];
const REACH = 4.2;

const width = TIMES.length * (PANEL + GAP) + GAP;
const height = 2 * (PANEL + GAP) + GAP;
const canvas = { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
for (let i = 0; i < width * height; i++) canvas.data.set(PAPER, 3 * i);

/** Colour of a hue in turns, of even lightness. */
const colourOf = (hue) => [0, 1 / 3, 2 / 3].map((shift) => 0.55 + 0.45 * Math.cos(2 * Math.PI * (hue - shift)));

/** Particles as light: each adds the colour of the place it came from, and what is bright saturates gently. */
function drawParticles(positions, hues, left, top) {
  const light = new Float64Array(PANEL * PANEL * 3);
  for (let i = 0; i < hues.length; i++) {
    const x = Math.floor(((positions[2 * i] + REACH) / (2 * REACH)) * PANEL);
    const y = Math.floor(((REACH - positions[2 * i + 1]) / (2 * REACH)) * PANEL);
    if (x < 0 || y < 0 || x >= PANEL || y >= PANEL) continue;
    const colour = colourOf(hues[i]);
    for (let c = 0; c < 3; c++) light[3 * (y * PANEL + x) + c] += colour[c];
  }
  for (let y = 0; y < PANEL; y++) {
    for (let x = 0; x < PANEL; x++) {
      for (let c = 0; c < 3; c++) {
        const glow = 1 - Math.exp(-0.55 * light[3 * (y * PANEL + x) + c]);
        const at = 3 * ((top + y) * width + left + x) + c;
        canvas.data[at] = Math.round(canvas.data[at] + (255 - canvas.data[at]) * glow);
      }
    }
  }
}

for (const [row, name] of ['moons', '8gaussians'].entries()) {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [64, 64, 64] }) });
  await train(flow, distributions[name], { objective: flowMatching(), steps: 3000, learningRate: 1e-2, warmup: 100 }).finish();
  const { x } = await flow.trajectory(40_000, { times: TIMES, seed: 0, rtol: 1e-3, atol: 1e-3 });
  const stride = 2 * 40_000;
  const hues = Array.from({ length: 40_000 }, (_, i) => Math.atan2(x.data[2 * i + 1], x.data[2 * i]) / (2 * Math.PI));
  TIMES.forEach((_, k) => {
    drawParticles(x.data.subarray(k * stride, (k + 1) * stride), hues, GAP + k * (PANEL + GAP), GAP + row * (PANEL + GAP));
  });
}
await mkdir(new URL('../docs/', import.meta.url), { recursive: true });
await writeFile(new URL('../docs/advect.png', import.meta.url), await encodePng(canvas));
