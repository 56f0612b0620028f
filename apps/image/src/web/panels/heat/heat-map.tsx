import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { heatGradient, type HeatScale, heatScale } from './scale.js';

interface Props {
  /** What the numbers are, such as 'bits of surprise'. */
  readonly title: string;
  readonly unit: string;
  /** [size, size]. */
  readonly values: Float32Array;
  readonly size: number;
}

/** Numbers of pixels as colours, each to be read under the pointer, by arrow keys, and in a table. */
export function HeatMap({ title, unit, values, size }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const at = useSignal<number | undefined>(undefined);
  const scale = heatScale(values);
  useEffect(() => {
    if (canvas.current) paintHeat(canvas.current, values, size, scale);
  }, [values, size]);

  const top = values.reduce((best, v, i) => (v > values[best] ? i : best), 0);
  const words = (pixel: number): string =>
    `row ${Math.floor(pixel / size) + 1}, column ${(pixel % size) + 1}: ${values[pixel].toFixed(2)} ${unit}`;
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -size, ArrowDown: size }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const from = at.value ?? top;
    const next = at.value === undefined ? top : from + by;
    const sameRow = Math.abs(by) !== 1 || Math.floor(next / size) === Math.floor(from / size);
    if (next >= 0 && next < size * size && sameRow) at.value = next;
  };
  return (
    <figure class="heat">
      <div
        class="heat-surface"
        role="application"
        aria-roledescription="heat map"
        aria-label={`${title}. Highest at ${words(top)}. Arrow keys read it pixel by pixel.`}
        tabIndex={0}
        onKeyDown={move}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
          const pixel = Math.floor(y * size) * size + Math.floor(x * size);
          if (pixel >= 0 && pixel < size * size) at.value = pixel;
        }}
        onPointerLeave={() => (at.value = undefined)}
      >
        <canvas ref={canvas} class="shown" width={1} height={1} data-crisp="true" aria-hidden="true" />
        {at.value !== undefined && (
          <span
            class="heat-cursor"
            style={{
              left: `${(100 * (at.value % size)) / size}%`,
              top: `${(100 * Math.floor(at.value / size)) / size}%`,
              width: `${100 / size}%`,
              height: `${100 / size}%`,
            }}
          />
        )}
      </div>
      <div class="legend">
        <span>{scale.low.toFixed(1)}</span>
        <span class="legend-bar" style={{ background: heatGradient }} />
        <span>
          {scale.high.toFixed(1)} {unit}
        </span>
      </div>
      <figcaption>
        {title}
        <output aria-live="polite">{at.value === undefined ? `highest: ${words(top)}` : words(at.value)}</output>
      </figcaption>
      <HeatTable title={title} unit={unit} values={values} size={size} />
    </figure>
  );
}

/** The same numbers as a table, made when it is opened. */
function HeatTable({ title, unit, values, size }: Props) {
  const open = useSignal(false);
  const columns = Array.from({ length: size }, (_, i) => i);
  return (
    <details onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>All numbers</summary>
      {open.value && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, all numbers`}>
          <table>
            <caption>
              {title}, {unit}
            </caption>
            <thead>
              <tr>
                <td />
                {columns.map((x) => (
                  <th key={x} scope="col">
                    {x + 1}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {columns.map((y) => (
                <tr key={y}>
                  <th scope="row">{y + 1}</th>
                  {columns.map((x) => (
                    <td key={x}>{values[y * size + x].toFixed(1)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function paintHeat(canvas: HTMLCanvasElement, values: Float32Array, size: number, scale: HeatScale): void {
  [canvas.width, canvas.height] = [size, size];
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(size, size);
  values.forEach((value, i) => image.data.set([...scale.colour(value), 255], 4 * i));
  context.putImageData(image, 0, 0);
}
