import type { ReadonlySignal } from '@preact/signals';

interface Props {
  /** Whether files hover over the page. */
  readonly hovering: ReadonlySignal<boolean>;
  /** What may be dropped: "Drop a picture". */
  readonly droppable: string;
}

/** Lies over the page while files hover above it. */
export function DropVeil({ hovering, droppable }: Props) {
  if (!hovering.value) return null;
  return (
    <div class="hovering" aria-hidden="true">
      <p>{droppable}</p>
    </div>
  );
}
