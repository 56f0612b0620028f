import type { MidiEvent, MidiFile } from './midi.js';

/** What a file of ours was made with. */
export type Settings = Readonly<Record<string, unknown>>;

/** The word before the settings in a MIDI text event; in ABC it begins a comment, in MusicXML it names a field. */
export const marker = 'advect';

/** Settings as the MIDI event that `midiSettings` reads back. */
export const settingsEvent = (settings: Settings): MidiEvent => ({
  tick: 0,
  kind: 'text',
  what: 'text',
  text: `${marker} ${JSON.stringify(settings)}`,
});

/** Settings from their JSON, or undefined for anything else. */
export function parseSettings(json: string | undefined): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(json ?? '');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The settings that a MIDI file of ours was made with, or undefined for any other file. */
export function midiSettings(file: MidiFile): Record<string, unknown> | undefined {
  for (const event of file.tracks.flat()) {
    if (event.kind === 'text' && event.what === 'text' && event.text.startsWith(`${marker} `))
      return parseSettings(event.text.slice(marker.length + 1));
  }
  return undefined;
}
