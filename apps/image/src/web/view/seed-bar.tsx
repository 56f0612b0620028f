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
      <div class="seed">
        <label for="seed">Seed</label>
        <input
          id="seed"
          type="number"
          inputMode="numeric"
          min={0}
          max={Number.MAX_SAFE_INTEGER}
          step={1}
          value={seed}
          onChange={(event) => {
            const value = event.currentTarget.valueAsNumber;
            if (Number.isSafeInteger(value) && value >= 0) change({ seed: value, items: items.map((_, i) => i) });
            else event.currentTarget.value = String(seed);
          }}
        />
        <IconButton label="New seed" keyName="R" disabled={locked} onClick={actions.newSeed} path={dice} />
        <IconButton
          label={locked ? 'Unlock the seed' : 'Lock the seed'}
          keyName="L"
          pressed={locked}
          onClick={actions.toggleLock}
          path={locked ? closed : opened}
        />
      </div>
      <div class="actions">
        <button
          type="button"
          aria-pressed={kept}
          disabled={!wall.value || forming.value !== undefined}
          onClick={() => void favourites.toggle(place)}
          title="Keep (F)"
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 20.5 4.2 12.9a5 5 0 0 1 7.1-7.1l.7.7.7-.7a5 5 0 0 1 7.1 7.1z" />
          </svg>
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

interface IconButtonProps {
  readonly label: string;
  readonly keyName: string;
  readonly path: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

const IconButton = ({ label, keyName, path, pressed, disabled, onClick }: IconButtonProps) => (
  <button
    type="button"
    class="icon"
    aria-label={label}
    aria-pressed={pressed}
    title={`${label} (${keyName})`}
    disabled={disabled}
    onClick={onClick}
  >
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  </button>
);

const dice =
  'M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zm2 3.6A1.4 1.4 0 1 0 8 9.4a1.4 1.4 0 0 0 0-2.8zm8 8a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8zm-4-4a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8z';
const closed = 'M7 10V7a5 5 0 0 1 10 0v3h1.5v11h-13V10zm2 0h6V7a3 3 0 0 0-6 0z';
const opened = 'M9 10h9.5v11h-13V10H7V7a5 5 0 0 1 9.6-2l-1.8.8A3 3 0 0 0 9 7z';
