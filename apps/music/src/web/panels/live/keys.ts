export const isBlack = (pitch: number): boolean => [1, 3, 6, 8, 10].includes(pitch % 12);

/** Keys of a computer as a piano from C on, by where they lie on the keyboard, whatever is printed on them. */
const places = ['KeyA', 'KeyW', 'KeyS', 'KeyE', 'KeyD', 'KeyF', 'KeyT', 'KeyG', 'KeyY', 'KeyH', 'KeyU', 'KeyJ', 'KeyK', 'KeyO'] as const;

/** Semitones above the C of a key, or undefined for one that is no key of the piano. */
export function semitonesOf(code: string): number | undefined {
  const place = places.indexOf(code as (typeof places)[number]);
  return place < 0 ? undefined : place;
}

/** What stands on the key of a computer that plays so many semitones above C. */
export const letterOf = (semitones: number): string | undefined => places[semitones]?.slice(3);
