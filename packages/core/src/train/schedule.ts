/** What to multiply the peak learning rate by at an update; `step` counts from 0 to steps − 1, after the warm-up if there is one. */
export type Schedule = (step: number, steps: number) => number;

/** 1 throughout. */
export const constant: Schedule = () => 1;

/** Half a cosine from 1 down to `floor`, which the step after the last would have. Reference: Loshchilov & Hutter (2017), eq. 5. */
export function cosine(floor = 0): Schedule {
  return (step, steps) => floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)));
}

/** A straight line from 1 down to `floor`, which the step after the last would have. */
export function linear(floor = 0): Schedule {
  return (step, steps) => 1 - (1 - floor) * Math.min(step / steps, 1);
}

/** Rises in `warmup` equal increments to 1 at step warmup − 1, then follows `after` over the steps that are left. */
export function warmUp(warmup: number, after: Schedule): Schedule {
  return (step, steps) => (step < warmup ? (step + 1) / warmup : after(step - warmup, Math.max(steps - warmup, 1)));
}

/** The schedules that have a name. */
export const schedules = { constant, cosine: cosine(), linear: linear() } as const;
/** The name of a schedule. */
export type ScheduleName = keyof typeof schedules;
