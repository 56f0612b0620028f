import { pitchAt, rest, type Score, stepsPerBeat, voiceCount } from '../../score.js';
import type { Geometry } from './geometry.js';
import { placeInWords } from './note-words.js';

interface Props {
  readonly score: Score;
  /** Bits of each cell. */
  readonly bits: Float32Array;
  readonly geometry: Geometry;
  readonly from: number;
  readonly to: number;
}

const height = 44;

/** Bits of a beat: the sum over its cells that are not silent. */
export function bitsOfBeat(score: Score, bits: Float32Array, step: number): number {
  let sum = 0;
  for (let at = step; at < Math.min(score.steps, step + stepsPerBeat); at++) {
    for (let voice = 0; voice < voiceCount; voice++) if (pitchAt(score, at, voice) !== rest) sum += bits[at * voiceCount + voice];
  }
  return sum;
}

/** Under the roll: how surprising each beat is, in bits. */
export function SurpriseStrip({ score, bits, geometry, from, to }: Props) {
  const beats = Array.from({ length: Math.ceil(score.steps / stepsPerBeat) }, (_, i) => bitsOfBeat(score, bits, i * stepsPerBeat));
  const most = Math.max(...beats, 1e-6);
  const mean = beats.reduce((a, b) => a + b, 0) / beats.length;
  const [first, last] = [Math.floor(from / stepsPerBeat), Math.ceil(Math.min(to, score.steps) / stepsPerBeat)];
  const label = `Surprise in bits per beat: ${mean.toFixed(1)} on average, most ${most.toFixed(1)} at ${placeInWords(beats.indexOf(most) * stepsPerBeat)}`;
  return (
    <svg class="surprise" width={geometry.width} height={height} role="img" aria-label={label}>
      {beats.slice(first, last).map((value, i) => {
        const tall = (value / most) * (height - 14);
        const x = geometry.x((first + i) * stepsPerBeat);
        const width = geometry.stepWidth * stepsPerBeat;
        return (
          <g key={first + i} style={{ '--heat': String(value / most) }}>
            <title>{`${placeInWords((first + i) * stepsPerBeat)}: ${value.toFixed(1)} bits`}</title>
            <rect x={x + 1.5} y={height - tall} width={width - 3} height={tall} rx={2} />
            {width > 24 && (
              <text x={x + width / 2} y={height - tall - 3}>
                {value.toFixed(value < 10 ? 1 : 0)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
