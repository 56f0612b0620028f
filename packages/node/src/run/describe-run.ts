import { duration } from '../progress.js';
import type { RunSummary } from './summary.js';

/** Four significant digits; a dash for nothing. */
export const figure = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const short = String(Number(value.toPrecision(4)));
  return short.length <= 9 ? short : value.toExponential(2);
};

/** A setting as text; a dash for none. */
export const written = (value: unknown): string => (value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value));

/** Milliseconds as `5 s ago`; days where there are some. */
export function ago(milliseconds: number): string {
  const days = Math.floor(milliseconds / 86_400_000);
  return `${days > 1 ? `${days} days` : duration(Math.max(0, milliseconds) / 1000)} ago`;
}

/** A run in one JSON value, without its log. */
export const brief = ({ folder, config, state, step, best, seconds, steps }: RunSummary) => ({
  folder,
  state,
  step,
  steps: config.steps,
  loss: steps.at(-1)?.smoothedLoss ?? null,
  best: best ?? null,
  seconds,
  config,
});
