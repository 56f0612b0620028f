import type { Panel } from './panel.js';

interface Props {
  /** What the panels are for: "More to do with pictures". */
  readonly label: string;
  /** In their order. */
  readonly list: readonly Panel[];
  /** The id of the open one; empty for none. */
  readonly open: string;
  readonly onOpen: (id: string) => void;
}

/** Panels as tabs; one is open, or none. */
export function PanelArea({ label, list, open, onOpen }: Props) {
  const shown = list.find(({ id }) => id === open);
  return (
    <section class="panels" aria-label={label}>
      <div class="tabs" role="group" aria-label="Panels">
        {list.map(({ id, title }) => (
          <button key={id} type="button" class="tab" aria-expanded={open === id} onClick={() => onOpen(open === id ? '' : id)}>
            {title}
          </button>
        ))}
      </div>
      {shown && (
        <div class="panel">
          <p class="about">{shown.about}</p>
          <shown.View />
        </div>
      )}
    </section>
  );
}
