import { type Drum, drums } from './drum-kit.js';
import type { Groove } from './groove.js';
import { pocketOf } from './metrics/pocket.js';

/** Names of the drums, as wide as the longest. */
const names: Readonly<Record<Drum, string>> = {
  kick: 'kick      ',
  snare: 'snare     ',
  closedHat: 'closed hat',
  openHat: 'open hat  ',
  lowTom: 'low tom   ',
  midTom: 'mid tom   ',
  highTom: 'high tom  ',
  crash: 'crash     ',
  ride: 'ride      ',
};

/** Strokes from soft to hard. */
const shades = ['░', '▒', '▓', '█'] as const;

const [barSteps, barsInLine, mostBars] = [16, 2, 16];

/** Steps off the grid from which a stroke is shown as early or late. */
const noticed = 0.06;

/**
 * A groove as lines of text, two bars to a line, the highest drum above, those that are never struck left out: each stroke in one of
 * four shades by how hard it is, and beside it `‹` where it is early, `›` where it is late.
 */
export const grooveText = (groove: Groove): string =>
  lines(groove, (at, onBeat) => {
    if (!groove.hits[at]) return onBeat ? '· ' : '  ';
    const shade = shades[Math.min(shades.length - 1, Math.floor(groove.velocities[at] * shades.length))];
    return `${shade}${groove.offsets[at] < -noticed ? '‹' : groove.offsets[at] > noticed ? '›' : ' '}`;
  });

const blocks = '▁▂▃▄▅▆▇█';

/** Values of strokes as blocks on the same lines; the fullest stands for `most` and more. */
export const heatLines = (groove: Groove, values: Float32Array, most: number): string =>
  lines(groove, (at, onBeat) => {
    if (!groove.hits[at]) return onBeat ? '· ' : '  ';
    return `${blocks[Math.round(Math.max(0, Math.min(1, values[at] / most)) * (blocks.length - 1))]} `;
  });

function lines({ steps, hits }: Groove, cell: (at: number, onBeat: boolean) => string): string {
  const used = drums.map((_, d) => d).filter((d) => hits.some((hit, i) => hit === 1 && i % drums.length === d));
  const out: string[] = [];
  for (let from = 0; from < Math.min(steps, mostBars * barSteps); from += barsInLine * barSteps) {
    if (from > 0) out.push('');
    for (const drum of used.toReversed()) {
      let line = `${names[drums[drum]]} |`;
      for (let step = from; step < Math.min(steps, from + barsInLine * barSteps); step++)
        line += `${cell(step * drums.length + drum, step % 4 === 0)}${(step + 1) % barSteps === 0 ? '|' : ''}`;
      out.push(line);
    }
  }
  if (steps > mostBars * barSteps) out.push('', `and ${Math.ceil(steps / barSteps) - mostBars} bars more`);
  return out.join('\n');
}

/** The pocket of a groove in words, a line for each drum. */
export const pocketText = (groove: Groove, tempo: number): string =>
  pocketOf(groove, tempo)
    .toReversed()
    .map(({ drum, strokes, late, spread, velocity, velocitySpread }) => {
      const where = Math.abs(late) < 0.5 ? 'on the grid' : `${Math.abs(late).toFixed(0)} ms ${late < 0 ? 'early' : 'late'}`;
      const touch = `velocity ${Math.round(127 * velocity)} ± ${Math.round(127 * velocitySpread)}`;
      return `${names[drum]}  ${String(strokes).padStart(4)} ${strokes === 1 ? 'stroke ' : 'strokes'}  ${where.padStart(11)} ± ${spread.toFixed(0).padStart(2)} ms   ${touch}`;
    })
    .join('\n');
