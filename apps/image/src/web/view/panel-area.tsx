import type { Panels } from '../panels/index.js';
import type { Session } from '../state/session.js';

/** The panels as tabs; one is open, or none. */
export function PanelArea({ session, panels }: { readonly session: Session; readonly panels: Panels }) {
  const { settings, change } = session;
  const open = panels.list.find(({ id }) => id === settings.value.panel);
  return (
    <section class="panels" aria-label="More to do with pictures">
      <div class="tabs" role="group" aria-label="Panels">
        {panels.list.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            class="tab"
            aria-expanded={open?.id === id}
            onClick={() => change({ panel: open?.id === id ? '' : id })}
          >
            {title}
          </button>
        ))}
      </div>
      {open && (
        <div class="panel">
          <p class="about">{open.about}</p>
          <open.View />
        </div>
      )}
      {panels.hovering.value && (
        <div class="hovering" aria-hidden="true">
          <p>Drop pictures, a model, or a file saved here</p>
        </div>
      )}
    </section>
  );
}
