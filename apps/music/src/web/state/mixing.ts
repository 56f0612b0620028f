import { type ReadonlySignal, signal } from '@preact/signals';

/** How a part is heard. */
export interface PartMix {
  readonly mute: boolean;
  readonly solo: boolean;
  /** 0 … 1. */
  readonly volume: number;
}

export interface Mixing {
  readonly parts: ReadonlySignal<readonly PartMix[]>;
  change(part: number, mix: Partial<PartMix>): void;
}

export function createMixing(count: number): Mixing {
  const parts = signal<readonly PartMix[]>(Array.from({ length: count }, () => ({ mute: false, solo: false, volume: 1 })));
  return {
    parts,
    change: (part, mix) => (parts.value = parts.value.map((one, i) => (i === part ? { ...one, ...mix } : one))),
  };
}

/** What each part is multiplied by: nothing where it is muted, or others are heard alone; volumes are squared, as ears hear. */
export function gainsOf(parts: readonly PartMix[]): number[] {
  const alone = parts.some(({ solo }) => solo);
  return parts.map(({ mute, solo, volume }) => (mute || (alone && !solo) ? 0 : volume ** 2));
}
