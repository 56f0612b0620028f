import { useSignal } from '@preact/signals';

/** Losses of a training, each by the number of updates before it. */
export interface Curve {
  /** Mean over the last updates, of what is learned from. */
  readonly train: readonly CurvePoint[];
  /** Of what is kept apart. */
  readonly held: readonly CurvePoint[];
}

export type CurvePoint = readonly [step: number, loss: number];

interface Props {
  readonly curve: Curve;
  /** What is learned, such as "pictures". */
  readonly of: string;
}

const [width, height] = [480, 200];
const edge = { left: 64, right: 12, top: 12, bottom: 32 };

/** Losses by update: of what is learned from, and of what is kept apart. The lines differ in dashes as well as in colour. */
export function Curves({ curve: { train, held }, of }: Props) {
  const all = [...train, ...held];
  if (all.length < 2) return null;
  const last = Math.max(...all.map(([step]) => step));
  const losses = all.map(([, loss]) => loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (step: number): number => edge.left + (step / last) * (width - edge.left - edge.right);
  const y = (loss: number): number => edge.top + ((high - loss) / Math.max(1e-9, high - low)) * (height - edge.top - edge.bottom);
  const line = (points: readonly CurvePoint[]): string =>
    points.map(([step, loss], i) => `${i === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join('');
  const best = held.reduce<CurvePoint | undefined>((least, point) => (least && least[1] <= point[1] ? least : point), undefined);
  const words = `Loss by update, ${last} updates: ${of} learned from, now ${train.at(-1)?.[1].toFixed(2) ?? 'not measured'}; ${of} kept apart, now ${held.at(-1)?.[1].toFixed(2) ?? 'not measured'}, best ${best ? `${best[1].toFixed(2)} at ${best[0]}` : 'not known'}.`;
  return (
    <figure class="curves">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        {[low, (low + high) / 2, high].map((loss) => (
          <g key={loss}>
            <line class="grid" x1={edge.left} x2={width - edge.right} y1={y(loss)} y2={y(loss)} />
            <text x={edge.left - 6} y={y(loss) + 4} text-anchor="end">
              {loss.toFixed(2)}
            </text>
          </g>
        ))}
        <text x={edge.left} y={height - 6}>
          0
        </text>
        <text x={width - edge.right} y={height - 6} text-anchor="end">
          {last} updates
        </text>
        <path class="line" d={line(train)} />
        <path class="line held" d={line(held)} />
        {best && <circle class="best" cx={x(best[0])} cy={y(best[1])} r={4} />}
      </svg>
      <figcaption class="key">
        <span>
          <svg viewBox="0 0 28 8" aria-hidden="true">
            <path class="line" d="M0 4H28" />
          </svg>
          learned from
        </span>
        <span>
          <svg viewBox="0 0 28 8" aria-hidden="true">
            <path class="line held" d="M0 4H28" />
          </svg>
          kept apart
        </span>
      </figcaption>
      <Numbers train={train} held={held} />
    </figure>
  );
}

function Numbers({ train, held }: Curve) {
  const open = useSignal(false);
  const heldAt = new Map(held);
  const every = Math.max(1, Math.ceil(train.length / 20));
  return (
    <details onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>Numbers</summary>
      {open.value && (
        <table>
          <thead>
            <tr>
              <th scope="col">Updates</th>
              <th scope="col">Learned from</th>
              <th scope="col">Kept apart</th>
            </tr>
          </thead>
          <tbody>
            {train
              .filter((_, i) => i % every === 0 || i === train.length - 1)
              .map(([step, loss]) => (
                <tr key={step}>
                  <th scope="row">{step}</th>
                  <td>{loss.toFixed(3)}</td>
                  <td>{heldAt.get(step)?.toFixed(3) ?? ''}</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
