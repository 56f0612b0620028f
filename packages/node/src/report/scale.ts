/** A way from numbers to places along an axis. */
export interface Scale {
  /** From 0 at the low end to 1 at the high end. */
  place(value: number): number;
  readonly ticks: readonly number[];
}

/** Round numbers 1, 2 or 5 times a power of ten, some `count` of them, inside [low, high]. */
export function linearScale(low: number, high: number, count: number): Scale {
  const [from, to] = high > low ? [low, high] : [low - Math.max(1e-9, Math.abs(low) / 10), high + Math.max(1e-9, Math.abs(high) / 10)];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const ticks: number[] = [];
  for (let i = first; i * step <= to + 1e-9 * step; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { place: (value) => (value - from) / (to - from), ticks };
}

/** Powers of ten, with 2 and 5 times them where there is room. Both ends are positive. */
export function logScale(low: number, high: number, count: number): Scale {
  const [from, to] = high > low ? [low, high] : [low / 2, high * 2];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++)
    for (const factor of [1, 2, 5]) all.push(Number((factor * 10 ** power).toPrecision(12)));
  const inside = all.filter((tick) => tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9));
  const powers = inside.filter((tick) => Number.isInteger(Number(Math.log10(tick).toFixed(9))));
  const ticks = inside.length <= count + 1 ? inside : powers.filter((_, i) => i % Math.ceil(powers.length / (count + 1)) === 0);
  return { place: (value) => Math.log(value / from) / Math.log(to / from), ticks };
}

/** A tick as text: 12000 as 12k, 0.0005 as 5e-4. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  if (size !== 0 && size < 1e-3) return value.toExponential().replace('e-', 'e−');
  return String(Number(value.toPrecision(6))).replace('-', '−');
}
