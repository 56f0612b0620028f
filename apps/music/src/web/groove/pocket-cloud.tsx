import { useSignal } from '@preact/signals';
import { type Drum, drums } from '../../drum-kit.js';
import type { Groove } from '../../groove.js';
import { pocketOf, stepMilliseconds } from '../../metrics/pocket.js';
import { type BeatDesk, drumNumber, drumTitles } from './beat-desk.js';

const [width, height, margin] = [420, 250, 34];
/** Milliseconds to either side of the grid that are shown. */
const reach = 60;

const x = (late: number): number => width / 2 + (Math.max(-reach, Math.min(reach, late)) / reach) * (width / 2 - margin);
const y = (velocity: number): number => height - margin - velocity * (height - 2 * margin);

interface Point {
  readonly late: number;
  readonly velocity: number;
}

const pointsOf = ({ hits, offsets, velocities }: Groove, drum: Drum | undefined, tempo: number): Point[] =>
  [...hits.keys()]
    .filter((i) => hits[i] === 1 && (drum === undefined || i % drums.length === drumNumber(drum)))
    .map((i) => ({ late: offsets[i] * stepMilliseconds(tempo), velocity: velocities[i] }));

/** The pocket: how late and how hard the strokes are, those of this beat over the cloud of how the model would play it. */
export function PocketCloud({ desk }: { readonly desk: BeatDesk }) {
  const groove = desk.shown.value;
  const { tempo } = desk.manner.value;
  const drum = useSignal<Drum | undefined>(undefined);
  const pocket = pocketOf(groove, tempo).toReversed();
  const chosen = pocket.some((each) => each.drum === drum.value) ? drum.value : undefined;
  const found = desk.measured.value;
  const cloud = found ? found.drawn.flatMap((each) => pointsOf(each, chosen, tempo)) : [];
  return (
    <div class="pocket">
      <div class="field">
        <label for="pocket-drum">Drum</label>
        <select
          id="pocket-drum"
          value={chosen ?? ''}
          onChange={(event) => (drum.value = drums.find((each) => each === event.currentTarget.value))}
        >
          <option value="">all</option>
          {pocket.map((each) => (
            <option key={each.drum} value={each.drum}>
              {drumTitles[each.drum]}
            </option>
          ))}
        </select>
      </div>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`The pocket: milliseconds beside the grid against velocity, ${chosen ? drumTitles[chosen] : 'all drums'}; the table below tells its numbers`}
      >
        <line class="axis" x1={x(0)} x2={x(0)} y1={margin / 2} y2={height - margin} />
        <line class="axis" x1={margin} x2={width - margin} y1={height - margin} y2={height - margin} />
        {[-40, -20, 20, 40].map((late) => (
          <line key={late} class="tick" x1={x(late)} x2={x(late)} y1={height - margin} y2={height - margin + 4} />
        ))}
        {[-40, 0, 40].map((late) => (
          <text key={late} x={x(late)} y={height - margin + 17} text-anchor="middle">
            {late === 0 ? 'on the grid' : `${Math.abs(late)} ms ${late < 0 ? 'early' : 'late'}`}
          </text>
        ))}
        <text x={margin - 8} y={y(1) + 4} text-anchor="end">
          127
        </text>
        <text x={margin - 8} y={y(0.5) + 4} text-anchor="end">
          64
        </text>
        {cloud.map(({ late, velocity }, i) => (
          <circle key={i} class="cloud" cx={x(late)} cy={y(velocity)} r={3} />
        ))}
        {pointsOf(groove, chosen, tempo).map(({ late, velocity }, i) => (
          <path key={i} class="stroke" d={`M${x(late) - 4} ${y(velocity)}h8m-4 -4v8`} />
        ))}
      </svg>
      <p class="hint">
        Crosses are the strokes of this beat
        {found
          ? `, dots those of ${found.drawn.length} ways in which the model plays it.`
          : '; measure it to see how the model would play it.'}
      </p>
      <table>
        <caption class="unseen">The pocket, drum by drum</caption>
        <thead>
          <tr>
            <th scope="col">Drum</th>
            <th scope="col">Strokes</th>
            <th scope="col">Late, ms</th>
            <th scope="col">Velocity</th>
            {found && <th scope="col">Touch, bits</th>}
          </tr>
        </thead>
        <tbody>
          {pocket.map(({ drum: each, strokes, late, spread, velocity, velocitySpread }) => (
            <tr key={each}>
              <th scope="row">{drumTitles[each]}</th>
              <td>{strokes}</td>
              <td>
                {signed(late)} ± {spread.toFixed(0)}
              </td>
              <td>
                {Math.round(127 * velocity)} ± {Math.round(127 * velocitySpread)}
              </td>
              {found && <td>{meanTouch(groove, found.touch, each).toFixed(1)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const signed = (value: number): string => `${value < -0.5 ? '−' : value >= 0.5 ? '+' : ''}${Math.abs(value).toFixed(0)}`;

function meanTouch({ hits }: Groove, touch: Float32Array, drum: Drum): number {
  const own = [...hits.keys()].filter((i) => hits[i] === 1 && i % drums.length === drumNumber(drum));
  return own.reduce((sum, i) => sum + touch[i], 0) / own.length;
}
