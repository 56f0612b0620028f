import { Icon, SeedField } from '@advect/web';
import type { Favourites } from '../state/favourites.js';
import type { Session } from '../state/session.js';

export interface Actions {
  newSeed(): void;
  toggleLock(): void;
  /** New pictures: from a new seed, or the same ones where the seed is locked. */
  generate(): void;
}

interface Props {
  readonly session: Session;
  readonly favourites: Favourites;
  readonly actions: Actions;
}

/** Where the noise comes from, and what is done with the wall as a whole. */
export function SeedBar({ session, favourites, actions }: Props) {
  const { settings, change, busy, cancel, chosen, labels, wall, forming, inSight } = session;
  const { seed, locked, items } = settings.value;
  const shown = inSight.value;
  const place = Math.min(chosen.value, shown.items.length - 1);
  const kept = wall.value !== undefined && favourites.has(shown.seed, shown.items[place], shown.labels[place]);
  const keptHere = items.filter((item, place) => favourites.has(seed, item, labels.value[place])).length;
  return (
    <div class="bar">
      <SeedField
        seed={seed}
        locked={locked}
        onSeed={(seed) => change({ seed, items: items.map((_, i) => i) })}
        onNew={actions.newSeed}
        onLock={actions.toggleLock}
      />
      <div class="actions">
        <button
          type="button"
          aria-pressed={kept}
          disabled={!wall.value || forming.value !== undefined}
          onClick={() => void favourites.toggle(place)}
          title="Keep (F)"
        >
          <Icon shape="heart" />
          {kept ? 'Kept' : 'Keep'}
        </button>
        <button type="button" disabled={keptHere === 0 || keptHere === items.length} onClick={favourites.clearTheRest}>
          Clear the rest
        </button>
        {busy.value ? (
          <button type="button" class="main" onClick={cancel} title="Esc">
            Stop
          </button>
        ) : (
          <button type="button" class="main" onClick={actions.generate} title="Ctrl + Enter">
            {locked ? 'Make again' : 'New pictures'}
          </button>
        )}
      </div>
    </div>
  );
}
