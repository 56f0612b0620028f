import { panels } from '../panels/index.js';
import type { Session } from '../state/session.js';

/** The panels as tabs; one is open, or none. */
export function PanelArea({ session }: { readonly session: Session }) {
  const { settings, change } = session;
  if (panels.length === 0) return null;
  const open = panels.find(({ id }) => id === settings.value.panel);
  return (
    <section class="panels" aria-label="More to do with pictures">
      <div class="tabs" role="group" aria-label="Panels">
        {panels.map(({ id, title }) => (
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
          <open.View session={session} />
        </div>
      )}
    </section>
  );
}
