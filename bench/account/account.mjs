/** Where the time of a step goes: from the counts of its compiled programs and the times of its rounds. */

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const summary = (list) => ({ minimum: Math.min(...list), median: median(list) });

/**
 * Of `steps` steps, `times` in milliseconds and `outside` the part of each outside of compiled programs: operations and bytes of
 * one step, calls of programs, the time inside them and outside, and what the programs' kernels say of themselves.
 */
export function accountOf(counts, { steps, times, outside, executor: { executor, threads } }) {
  return {
    executor,
    threads,
    gflop: counts.flops / steps / 1e9,
    megabytes: counts.bytes / steps / 1e6,
    nodeMegabytes: counts.nodeBytes / steps / 1e6,
    calls: counts.calls / steps,
    step: summary(times),
    inside: summary(times.map((ms, i) => ms - outside[i])),
    outside: summary(outside),
    kernels: kernelsOf(counts.programs),
  };
}

/** GFLOP/s on one thread of the program that took longest, and the shares of its kinds of kernels, where its executor can tell. */
function kernelsOf(programs) {
  const [program, { args, flops } = {}] = [...programs].toSorted(([, a], [, b]) => b.milliseconds - a.milliseconds)[0] ?? [];
  if (!program?.profile) return undefined;
  let best;
  const end = performance.now() + 1500;
  // The first ones run code that the engine has not optimised yet.
  for (let i = 0; i < 100 && (i < 12 || performance.now() < end); i++) {
    const { kernels } = program.profile(args, () => performance.now());
    const whole = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    if (best === undefined || whole < best.whole) best = { whole, kernels };
  }
  const kinds = {};
  for (const { kind, milliseconds } of best.kernels) kinds[kind] = (kinds[kind] ?? 0) + milliseconds / best.whole;
  return { speed: flops / best.whole / 1e6, kinds: Object.fromEntries(Object.entries(kinds).toSorted(([, a], [, b]) => b - a)) };
}
