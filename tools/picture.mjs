// Draws the README's picture, docs/advect.png: two flows on their way from noise to data, digits, and a chorale.
// Usage: node tools/bootstrap.mjs && node tools/picture.mjs
import { mkdir, writeFile } from 'node:fs/promises';
import { encodePng, enlarge } from '../apps/image/dist/codec/encode.js';
import { generate } from '../apps/image/dist/model/generate.js';
import { openModel as openPictureModel } from '../apps/image/dist/files/open.js';
import { compose } from '../apps/music/dist/model/compose.js';
import { composeDefaults } from '../apps/music/dist/model/defaults.js';
import { openModel as openMusicModel } from '../apps/music/dist/files/open.js';
import { rollPicture } from '../apps/music/dist/roll.js';
import { cnf, distributions, flowMatching, loadModel, mlp, train } from '../packages/core/dist/index.js';

const PANEL = 220;
const GAP = 12;
const STRIP = 132;
const PAPER = [14, 17, 24];
const TIMES = [0, 0.3, 0.6, 0.8, 1];
const REACH = 4.2;

const width = TIMES.length * (PANEL + GAP) + GAP;
const height = 2 * (PANEL + GAP) + GAP + STRIP + GAP;
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
  const flow = cnf({ field: mlp({ dim: 2, hidden: [128, 128, 128] }) });
  await train(flow, distributions[name], { objective: flowMatching(), steps: 8000, learningRate: 1e-2, warmup: 100 });
  const { x } = await flow.trajectory(40_000, { times: TIMES, seed: 0, rtol: 1e-3, atol: 1e-3 });
  const stride = 2 * 40_000;
  const hues = Array.from({ length: 40_000 }, (_, i) => Math.atan2(x.data[2 * i + 1], x.data[2 * i]) / (2 * Math.PI));
  TIMES.forEach((_, k) => {
    drawParticles(x.data.subarray(k * stride, (k + 1) * stride), hues, GAP + k * (PANEL + GAP), GAP + row * (PANEL + GAP));
  });
}

/** Copies a picture onto the canvas, each of its pixels as a block. */
function paste({ width: w, height: h, channels, data }, left, top, blockWidth, blockHeight) {
  for (let y = 0; y < h * blockHeight; y++) {
    for (let x = 0; x < w * blockWidth; x++) {
      const from = (Math.floor(y / blockHeight) * w + Math.floor(x / blockWidth)) * channels;
      for (let c = 0; c < 3; c++) canvas.data[3 * ((top + y) * width + left + x) + c] = data[from + (channels === 1 ? 0 : c)];
    }
  }
}

const bottom = 2 * (PANEL + GAP) + GAP;
const digits = await openPictureModel('digits8');
const flow = await loadModel(digits.files);
const numbers = Array.from({ length: 20 }, (_, i) => i);
const pictures = await generate(flow, digits.form, numbers, (i) => i % 10, { seed: 4, temperature: 0.85, rtol: 1e-3, atol: 1e-3 });
for (const [i, picture] of pictures.entries()) {
  paste(await enlarge(picture, 8, 'smooth'), GAP + (i % 10) * 68, bottom + Math.floor(i / 10) * 68, 1, 1);
}

const chorales = await openMusicModel('chorales');
const [tune] = await compose(chorales.flow, { ...composeDefaults, seed: 2, index: 0, count: 1, bars: 4 });
const roll = rollPicture(tune.score);
const tall = Math.floor(STRIP / roll.height);
paste(roll, width - GAP - 7 * roll.width, bottom + Math.floor((STRIP - tall * roll.height) / 2), 7, tall);
await mkdir(new URL('../docs/', import.meta.url), { recursive: true });
await writeFile(new URL('../docs/advect.png', import.meta.url), await encodePng(canvas));
