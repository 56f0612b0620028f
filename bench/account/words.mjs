/** An account as cells of a table and as a sentence; `peaks` in GFLOP/s, `vectors` for generated code, `machine` for machine code. */

const peakOf = (executor) => (executor === 'onnx' ? 'machine' : 'vectors');
const percent = (share) => `${Math.round(100 * share)} %`;
const short = (number) => (number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2));
const count = (number) => String(Math.round(number));

export const accountHeading = ['GFLOP', 'GFLOP/s', 'share of peak', 'MB in and out (node by node)', 'calls', 'outside programs'];

export function accountCells({ executor, gflop, step, megabytes, nodeMegabytes, calls, outside }, peaks) {
  const speeds = [step.median, step.minimum].map((ms) => (1000 * gflop) / ms);
  const [share, best] = speeds.map((speed) => percent(speed / peaks[peakOf(executor)]));
  return [
    gflop.toFixed(gflop < 1 ? 3 : 1),
    `${short(speeds[0])} (${short(speeds[1])})`,
    `${share} (${best}) of ${peakOf(executor)}`,
    `${short(megabytes)} (${short(nodeMegabytes)})`,
    count(calls),
    `${percent(outside.median / step.median)}, ${short(outside.median)} ms`,
  ];
}

/** What the step loses of the peak and where, the largest loss first, by the least times. */
export function accountText({ executor, threads, gflop, step, inside, outside, nodeMegabytes, calls, kernels }, peaks) {
  const peak = peaks[peakOf(executor)];
  const within = inside.minimum ?? inside.median;
  const speed = (ms) => (1000 * gflop) / ms;
  const ofKernels = kernels && kernels.speed / (peak / threads);
  const ofThreads = kernels && speed(within) / (threads * kernels.speed);
  const ofOperators = speed(within) / peak;
  const losses = [
    { left: 1 - outside.median / step.median, text: `${percent(outside.median / step.median)} of the step is outside the programs` },
    ...(kernels
      ? [
          { left: ofKernels, text: `the kernels reach ${percent(ofKernels)} of one thread's peak (${kindsOf(kernels)})` },
          { left: ofThreads, text: `${threads} threads get ${percent(ofThreads)} of ${threads} times what one gets` },
        ]
      : [
          {
            left: ofOperators,
            text: `the operators reach ${percent(ofOperators)} of the peak, and move ${short(nodeMegabytes / within)} GB/s`,
          },
        ]),
  ].toSorted((a, b) => a.left - b.left);
  const ofMachine = executor === 'onnx' ? '' : `, ${percent(speed(step.minimum) / peaks.machine)} of the machine's`;
  return (
    `At best ${percent(speed(step.minimum) / peak)} of the peak${ofMachine}, in ${count(calls)} calls of ${short(within / calls)} ms. ` +
    `Lost, the most first: ${losses.map(({ text }) => text).join('; ')}.`
  );
}

const kindsOf = ({ kinds }) =>
  Object.entries(kinds)
    .filter(([, part]) => part >= 0.02)
    .map(([kind, part]) => `${kind} ${percent(part)}`)
    .join(', ');
