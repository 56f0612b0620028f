import type { PanelJob } from '../state/job.js';

interface Props {
  readonly job: PanelJob;
  readonly does: string;
  readonly disabled?: boolean;
  readonly onRun: () => void;
}

/** Starts a panel's work; while it runs, stops it and shows how far it is. */
export function RunButton({ job, does, disabled, onRun }: Props) {
  if (!job.busy.value) {
    return (
      <button type="button" class="main" disabled={disabled} onClick={onRun}>
        {does}
      </button>
    );
  }
  return (
    <span class="running">
      <button type="button" class="main" onClick={job.cancel}>
        Stop
      </button>
      <progress max={1} {...(job.share.value > 0 && { value: job.share.value })} aria-label={does} />
    </span>
  );
}
