import type { Progress } from '@advect/core';

/** Who computed, in a few words: where they agree, so do two runs, to the last bit. */
export const describeExecutor = (report: Progress['executor']): string | undefined =>
  report &&
  `${[report.executor, report.target].filter(Boolean).join(' ')}, ${report.threads} ${report.threads === 1 ? 'thread' : 'threads'}`;
