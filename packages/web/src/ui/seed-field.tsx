import { Icon } from './icon.js';

interface Props {
  readonly seed: number;
  /** Whether the seed stays when something new is made. */
  readonly locked: boolean;
  readonly onSeed: (seed: number) => void;
  readonly onNew: () => void;
  readonly onLock: () => void;
}

/** Where the noise comes from: its seed, another one, and a lock on it. */
export function SeedField({ seed, locked, onSeed, onNew, onLock }: Props) {
  const lock = locked ? 'Unlock the seed' : 'Lock the seed';
  return (
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
          if (Number.isSafeInteger(value) && value >= 0) onSeed(value);
          else event.currentTarget.value = String(seed);
        }}
      />
      <button type="button" class="icon" aria-label="New seed" title="New seed (R)" disabled={locked} onClick={onNew}>
        <Icon shape="dice" />
      </button>
      <button type="button" class="icon" aria-label={lock} aria-pressed={locked} title={`${lock} (L)`} onClick={onLock}>
        <Icon shape={locked ? 'closed' : 'opened'} />
      </button>
    </div>
  );
}
