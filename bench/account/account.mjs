/** Where the time of a step goes: from the counts of its compiled programs and the times of its rounds. */

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

/** The peak that an executor could reach: that of machine code, or of WebAssembly's vectors. */
const peakOf = (executor) => (executor === 'onnx' ? 'machine' : 'vectors');

/**
 * Of `steps` steps, `times` in milliseconds and `outside` the part of each outside of compiled programs: operations and bytes of
 * one step, calls of programs, speed in GFLOP/s with its share of the peak, and what the programs' kernels say of themselves.
 */
export function accountOf(counts, { steps, times, outside, executor: { executor, threads }, peaks }) {
  const each = (total) => total / steps;
  const gflop = each(counts.flops) / 1e9;
  const peak = peaks[peakOf(executor)];
  const inside = times.map((ms, i) => ms - outside[i]);
  const speed = { median: (1000 * gflop) / median(times), best: (1000 * gflop) / Math.min(...times) };
  const speedInside = (1000 * gflop) / median(inside);
  const kernels = kernelsOf(counts.programs);
  return {
    executor,
    gflop,
    speed,
    share: { median: speed.median / peak, best: speed.best / peak },
    shareOfMachine: speed.median / peaks.machine,
    megabytes: each(counts.bytes) / 1e6,
    nodeMegabytes: each(counts.nodeBytes) / 1e6,
    nodeGigabytesPerSecond: each(counts.nodeBytes) / 1e6 / median(inside),
    calls: each(counts.calls),
    callMs: median(inside) / each(counts.calls),
    outsideMs: median(outside),
    outside: median(outside) / median(times),
    inside: speedInside / peak,
    ...(kernels && {
      kernels: { ...kernels, share: kernels.speed / (peak / threads), threads: speedInside / (threads * kernels.speed) },
    }),
  };
}

/** Speed on one thread of the program that took longest, and the shares of its kinds of kernels, where its executor can tell. */
function kernelsOf(programs) {
  const [program, { args, flops } = {}] = [...programs].toSorted(([, a], [, b]) => b.milliseconds - a.milliseconds)[0] ?? [];
  if (!program?.profile) return undefined;
  let best;
  // The first ones run code that the engine has not optimised yet.
  for (let i = 0; i < 12; i++) {
    const { kernels } = program.profile(args, () => performance.now());
    const whole = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    if (best === undefined || whole < best.whole) best = { whole, kernels };
  }
  const kinds = {};
  for (const { kind, milliseconds } of best.kernels) kinds[kind] = (kinds[kind] ?? 0) + milliseconds / best.whole;
  return { speed: flops / best.whole / 1e6, kinds: Object.fromEntries(Object.entries(kinds).toSorted(([, a], [, b]) => b - a)) };
}

const percent = (share) => `${Math.round(100 * share)} %`;
const short = (number) => (number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2));
const count = (number) => String(Math.round(number));

export const accountHeading = ['GFLOP', 'GFLOP/s', 'share of peak', 'MB in and out (node by node)', 'calls', 'outside programs'];

export const accountCells = ({ gflop, speed, share, executor, megabytes, nodeMegabytes, calls, outside, outsideMs }) => [
  gflop.toFixed(gflop < 1 ? 3 : 1),
  `${short(speed.median)} (${short(speed.best)})`,
  `${percent(share.median)} (${percent(share.best)}) of ${peakOf(executor)}`,
  `${short(megabytes)} (${short(nodeMegabytes)})`,
  count(calls),
  `${percent(outside)}, ${short(outsideMs)} ms`,
];

/** The same in words, the largest loss first. */
export function accountText(account) {
  const { executor, share, shareOfMachine, calls, callMs, outside, inside, kernels, nodeGigabytesPerSecond } = account;
  const losses = [
    { left: 1 - outside, text: `${percent(outside)} of the step is outside the programs` },
    ...(kernels
      ? [
          { left: kernels.share, text: `the kernels reach ${percent(kernels.share)} of one thread's peak (${kindsOf(kernels)})` },
          { left: kernels.threads, text: `the threads together ${percent(kernels.threads)} of what one does times their number` },
        ]
      : [
          {
            left: inside,
            text: `its operators reach ${percent(inside)} of the peak, and move ${short(nodeGigabytesPerSecond)} GB/s node by node`,
          },
        ]),
  ].toSorted((a, b) => a.left - b.left);
  const ofMachine = executor === 'onnx' ? '' : `, ${percent(shareOfMachine)} of the machine's`;
  return (
    `${percent(share.median)} (${percent(share.best)}) of the peak${ofMachine}, in ${count(calls)} calls of ${short(callMs)} ms. ` +
    `Lost, the most first: ${losses.map(({ text }) => text).join('; ')}.`
  );
}

const kindsOf = ({ kinds }) =>
  Object.entries(kinds)
    .filter(([, part]) => part >= 0.02)
    .map(([kind, part]) => `${kind} ${percent(part)}`)
    .join(', ');
