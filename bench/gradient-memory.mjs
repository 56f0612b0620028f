/**
 * Memory of each way to differentiate a solve, against its steps: the most states alive at once while y′ = f(t, y) with a
 * thousand numbers is solved by fixed steps of dopri5 and differentiated, counted by the vector space itself. Prints a table
 * of states, bytes and work, and draws the states.
 *
 *   node bench/gradient-memory.mjs [--steps 16,64,256,1024,4096] [--out bench/results/gradient-memory]
 *
 * Writes FILE.json and FILE.svg. Counts, not times: the same on every machine.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { float64Space, gradientModes, solveWithGradient } from '../packages/core/dist/ode/index.js';

const { values: given } = parseArgs({
  options: {
    steps: { type: 'string', default: '16,64,256,1024,4096' },
    out: { type: 'string', default: 'bench/results/gradient-memory' },
  },
});
const steps = given.steps.split(',').map(Number);
const SIZE = 1000;
const BYTES = 8 * SIZE;

/** A space that knows how many of its states are alive, and how many were at most. */
function countedSpace() {
  const space = float64Space();
  const alive = new Set();
  const counted = { most: 0 };
  const own = (state) => {
    alive.add(state);
    counted.most = Math.max(counted.most, alive.size);
    return state;
  };
  const making = Object.fromEntries(['combine', 'blend', 'select', 'clone'].map((name) => [name, (...args) => own(space[name](...args))]));
  return { counted, own, space: { ...space, ...making, release: (state) => void alive.delete(state) } };
}

/** A pendulum for each number with its neighbour, y₀′ = y₁, y₁′ = −sin y₀ − y₁/10. */
const slope = (y) => y.map((_, i) => (i % 2 === 0 ? y[i + 1] : -Math.sin(y[i - 1]) - 0.1 * y[i]));
const transposed = (y, c) => y.map((_, i) => (i % 2 === 0 ? -Math.cos(y[i]) * c[i + 1] : c[i - 1] - 0.1 * c[i]));
const start = Float64Array.from({ length: SIZE }, (_, i) => Math.cos(i));

async function measure(gradient, n) {
  const { counted, own, space } = countedSpace();
  const {
    gradient: found,
    evaluations,
    solution,
  } = await solveWithGradient({
    space,
    field: (_t, y) => own(slope(y)),
    pull: (_t, y, c) => ({ ofY: own(transposed(y, c)) }),
    ofEnd: (y) => own(y.slice()),
    y0: own(start.slice()),
    t0: 0,
    t1: 10,
    steps: n,
    maxSteps: n,
    gradient,
  });
  return {
    gradient,
    steps: n,
    states: counted.most,
    bytes: counted.most * BYTES,
    evaluations: solution.stats.evaluations + evaluations.again,
    pullbacks: evaluations.pullbacks,
    y0: found.y0,
  };
}

const rows = [];
for (const n of steps) {
  const all = [];
  for (const gradient of gradientModes) all.push(await measure(gradient, n));
  const exact = all[0].y0;
  for (const { y0, ...row } of all) {
    rows.push({ ...row, gap: Math.max(...y0.map((v, i) => Math.abs(v - exact[i]))) });
  }
}

const columns = [['steps', 8], ['gradient', 14], ['states', 9], ['MB', 9], ['evaluations', 13], ['pullbacks', 11], ["gap to 'steps'", 16]]; // prettier-ignore
const line = (cells) => cells.map((cell, i) => String(cell).padStart(columns[i][1])).join('');
console.log(line(columns.map(([name]) => name)));
for (const { steps: n, gradient, states, bytes, evaluations, pullbacks, gap } of rows) {
  console.log(line([n, gradient, states, (bytes / 1e6).toFixed(2), evaluations, pullbacks, gap.toExponential(1)]));
}

const COLOURS = ['#4477aa', '#66ccee', '#228833', '#ccbb44', '#ee6677', '#aa3377'];

/** States alive against steps, both logarithmic. */
function plot() {
  const [width, height, left, bottom, right, top] = [640, 420, 60, 46, 120, 34];
  const [x0, x1] = [Math.log2(steps[0]), Math.log2(steps.at(-1))];
  const most = Math.ceil(Math.log10(Math.max(...rows.map(({ states }) => states))));
  const x = (n) => left + ((Math.log2(n) - x0) / (x1 - x0)) * (width - left - right);
  const y = (states) => height - bottom - (Math.log10(states) / most) * (height - bottom - top);
  const text = (tx, ty, words, more = '') => `<text x="${tx.toFixed(1)}" y="${ty.toFixed(1)}" ${more}>${words}</text>`;
  const ticks = [
    ...steps.map((n) => text(x(n), height - bottom + 18, n, 'text-anchor="middle"')),
    ...Array.from({ length: most + 1 }, (_, i) => {
      const at = y(10 ** i).toFixed(1);
      return `<path d="M${left} ${at}H${width - right}" stroke="#ddd"/>${text(left - 8, Number(at) + 4, 10 ** i, 'text-anchor="end"')}`;
    }),
  ];
  const labels = gradientModes.map((mode) => ({ mode, at: y(rows.findLast(({ gradient }) => gradient === mode).states) }));
  const placed = labels.toSorted((a, b) => a.at - b.at);
  for (let i = 1; i < placed.length; i++) placed[i].at = Math.max(placed[i].at, placed[i - 1].at + 15);
  const lines = gradientModes.map((mode, i) => {
    const own = rows.filter(({ gradient }) => gradient === mode).map((row) => `${x(row.steps).toFixed(1)},${y(row.states).toFixed(1)}`);
    const at = labels.find((label) => label.mode === mode).at;
    return `<polyline points="${own.join(' ')}" fill="none" stroke="${COLOURS[i]}" stroke-width="2"/>${text(width - right + 8, at + 4, mode, `fill="${COLOURS[i]}"`)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${text(left, 20, 'States alive at once while a solve is differentiated', 'font-size="14"')}
${[...ticks, ...lines].join('\n')}
${text((left + width - right) / 2, height - 8, 'steps of dopri5', 'text-anchor="middle"')}
</svg>
`;
}

mkdirSync(dirname(given.out), { recursive: true });
writeFileSync(`${given.out}.json`, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
writeFileSync(`${given.out}.svg`, plot());
