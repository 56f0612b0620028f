import { extent } from './extent.js';

/** Shows how far a long task is. */
export interface ProgressLine {
  /** @param text what to say beside the count, such as the loss */
  update(done: number, total: number, text?: string): void;
  /** Removes the status line, so that other output can follow. */
  clear(): void;
}

export interface ProgressSettings {
  readonly stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly silent: boolean;
  /** Milliseconds of a clock that never runs back. */
  readonly now: () => number;
  /** Milliseconds between two lines where the stream is no terminal. */
  readonly lineEvery?: number;
}

const redrawEvery = 100;

/** One status line that redraws itself on a terminal (at most ten times a second); one line every ten seconds when piped. */
export function createProgress({ stream, silent, now, lineEvery = 10_000 }: ProgressSettings): ProgressLine {
  if (silent) return { update: () => {}, clear: () => {} };
  let started: { at: number; done: number } | undefined;
  let before = 0;
  let last = -Infinity;
  let shown = false;
  return {
    update(done, total, text = '') {
      const at = now();
      // Fewer than before: another task has begun.
      if (!started || done < before) {
        started = { at, done };
        last = -Infinity;
      }
      before = done;
      const finished = done >= total;
      if (!finished && at - last < (stream.isTTY ? redrawEvery : lineEvery)) return;
      last = at;
      const line = statusLine(done, total, (done - started.done) / ((at - started.at) / 1000), text);
      if (!stream.isTTY) return void stream.write(`${line}\n`);
      stream.write(`\r\x1b[2K${line.slice(0, (stream.columns || 80) - 1)}`);
      shown = true;
    },
    clear() {
      if (shown) stream.write('\r\x1b[2K');
      shown = false;
      last = -Infinity;
    },
  };
}

function statusLine(done: number, total: number, rate: number, text: string): string {
  const percent = `${Math.floor((100 * done) / total)}%`.padStart(4);
  const known = Number.isFinite(rate) && rate > 0;
  const speed = known ? `${rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2)}/s` : '';
  const left = known && done < total ? `${duration((total - done) / rate)} left` : '';
  return [`${percent}  ${done}/${total}`, text, speed, left].filter((part) => part !== '').join('  ');
}

/** Seconds as `45 s`, `3 min 05 s` or `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

const bars = '▁▂▃▄▅▆▇█';

/** Numbers as a row of bars, the lowest ▁ and the highest █; more numbers than columns are averaged, non-finite ones are `·`. */
export function sparkline(values: readonly number[], columns = 40): string {
  const width = Math.min(columns, values.length);
  const means = Array.from({ length: width }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width));
    return part.reduce((sum, v) => sum + v, 0) / part.length;
  });
  const finite = means.filter(Number.isFinite);
  const [low, high] = extent(finite);
  return means
    .map((v) => (Number.isFinite(v) ? bars[high > low ? Math.min(7, Math.floor((8 * (v - low)) / (high - low))) : 0] : '·'))
    .join('');
}
