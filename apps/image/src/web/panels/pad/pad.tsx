import { useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Brush } from './brush.js';
import type { Stroke } from './marks.js';
import { type Paper, raster } from './raster.js';

export interface PadProps {
  readonly label: string;
  readonly brush: Brush;
  readonly paper: Paper;
  readonly ink: readonly number[];
  readonly rim: 'soft' | 'hard';
  /** Paints what is drawn, [size, size, channels]. */
  readonly show: (canvas: HTMLCanvasElement, values: Float32Array) => void;
  /** Says where the brush is and what is there. */
  readonly say: (sentence: string) => void;
  /** What stands at a place, in words. */
  readonly words: (values: Float32Array, pixel: number) => string;
}

/**
 * A surface to draw on, with a pointer or by keys: arrows move the brush (with Shift by four pixels), Space sets a dot, Enter puts
 * the brush down and lifts it.
 */
export function Pad({ label, brush, paper, ink, rim, show, say, words }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { size } = paper;
  const under = useSignal<Stroke | undefined>(undefined);
  const at = useSignal<readonly [x: number, y: number] | undefined>(undefined);
  const down = useSignal(false);
  const { drawing, radius, erases, zoom } = brush;

  useSignalEffect(() => {
    if (canvas.current) show(canvas.current, drawn());
  });
  const drawn = (): Float32Array => raster(paper, under.value ? [...drawing.value.marks, under.value] : drawing.value.marks, rim);

  const begin = (x: number, y: number): void => {
    under.value = { kind: 'stroke', ink: erases.value ? undefined : ink, radius: radius.value, path: [x, y] };
  };
  const goOn = (x: number, y: number): void => {
    if (under.value) under.value = { ...under.value, path: [...under.value.path, x, y] };
  };
  const end = (): void => {
    const stroke = under.value;
    under.value = undefined;
    if (stroke) brush.add(stroke);
  };
  /** A hard brush goes from pixel to pixel. */
  const placeOf = (event: { clientX: number; clientY: number }): [number, number] => {
    const box = canvas.current!.getBoundingClientRect();
    const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((v) => v * size);
    return (rim === 'hard' ? place.map((v) => Math.floor(v) + 0.5) : place) as [number, number];
  };

  function byKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const [x, y] = at.value ?? [Math.floor(size / 2) + 0.5, Math.floor(size / 2) + 0.5];
    const move = moves[event.key];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (move && plain) {
      const far = event.shiftKey ? 4 : 1;
      const next = [x + far * move[0], y + far * move[1]].map((v) => Math.min(size - 0.5, Math.max(0.5, v))) as [number, number];
      at.value = next;
      if (down.value) goOn(...next);
      tell(next);
    } else if (event.key === ' ' && plain) {
      at.value = [x, y];
      if (!down.value) begin(x, y);
      if (!down.value) end();
      tell([x, y]);
    } else if (event.key === 'Enter' && plain) {
      at.value = [x, y];
      down.value = !down.value;
      if (down.value) begin(x, y);
      else end();
      say(down.value ? 'Brush down.' : 'Brush lifted.');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const tell = ([x, y]: readonly [number, number]): void => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    say(`Row ${row + 1}, column ${column + 1}: ${words(drawn(), row * size + column)}.`);
  };

  const place = at.value;
  const part = (v: number): string => `${(100 * v) / size}%`;
  return (
    <div class="pad" data-zoomed={zoom.value > 1}>
      <div
        class="pad-surface"
        style={{ '--zoom': zoom.value }}
        role="application"
        aria-roledescription="drawing pad"
        aria-label={`${label}. Arrows move the brush, Space sets a dot, Enter puts it down and lifts it.`}
        tabIndex={0}
        onKeyDown={byKey}
        onBlur={() => {
          if (down.value) end();
          down.value = false;
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          begin(...placeOf(event));
        }}
        onPointerMove={(event) => {
          at.value = placeOf(event);
          for (const one of event.getCoalescedEvents?.() ?? [event]) goOn(...placeOf(one));
        }}
        onPointerUp={end}
        onPointerCancel={() => (under.value = undefined)}
        onPointerLeave={() => {
          if (!under.value) at.value = undefined;
        }}
      >
        <canvas ref={canvas} class="shown" width={1} height={1} aria-hidden="true" />
        {place && (
          <span
            class="brush"
            data-down={down.value}
            style={{ left: part(place[0]), top: part(place[1]), width: part(2 * radius.value), height: part(2 * radius.value) }}
          />
        )}
      </div>
    </div>
  );
}
