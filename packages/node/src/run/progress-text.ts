/** What the progress line says beside the count: loss, last measurement on held-out data, memory. */
export function progressText(loss: number, validation: number | undefined, unit = ''): string {
  const measured = validation === undefined ? [] : [`${validation.toFixed(3)} ${unit}`.trimEnd()];
  return [`loss ${loss.toFixed(4)}`, ...measured, `${Math.round(process.memoryUsage.rss() / 1e6)} MB`].join('  ');
}
