import { AdvectError } from '@advect/base/errors';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Hands } from './hands.js';

/** The MIDI devices of this computer, once the visitor has let the page have them. */
export interface MidiDevices {
  /** Whether this browser has Web MIDI at all. */
  readonly offered: boolean;
  readonly open: ReadonlySignal<boolean>;
  /** Names of the keyboards that are heard. */
  readonly inputs: ReadonlySignal<readonly string[]>;
  readonly outputs: ReadonlySignal<readonly MIDIOutput[]>;
  /** The one that plays the piece along. */
  readonly chosen: ReadonlySignal<MIDIOutput | undefined>;
  /** By its id; none for another text. */
  choose(id: string): void;
  /** Asks for them; in a gesture. Rejects with `unsupported` where the browser or the visitor says no. */
  ask(): Promise<void>;
}

const [noteOff, noteOn, control] = [0x80, 0x90, 0xb0];
const [allSoundOff, allNotesOff] = [120, 123];

export function createMidiDevices(hands: Hands): MidiDevices {
  const open = signal(false);
  const inputs = signal<readonly string[]>([]);
  const outputs = signal<readonly MIDIOutput[]>([]);
  const chosen = signal<MIDIOutput | undefined>(undefined);

  const hear = ({ data }: { readonly data: Uint8Array | null }): void => {
    if (!data || data.length < 3) return;
    const kind = data[0] & 0xf0;
    if (kind === noteOn && data[2] > 0) hands.press(data[1], data[2] / 127);
    else if (kind === noteOn || kind === noteOff) hands.release(data[1]);
    else if (kind === control && (data[1] === allSoundOff || data[1] === allNotesOff)) hands.releaseAll();
  };
  const look = (access: MIDIAccess): void => {
    const connected = <T extends MIDIPort>(ports: Iterable<T>): T[] => [...ports].filter(({ state }) => state === 'connected');
    const heard = connected(access.inputs.values());
    for (const input of heard) input.onmidimessage = hear;
    inputs.value = heard.map(({ name }) => name ?? 'a keyboard without a name');
    outputs.value = connected(access.outputs.values());
    if (chosen.value && !outputs.value.includes(chosen.value)) chosen.value = undefined;
  };

  return {
    offered: 'requestMIDIAccess' in navigator,
    open,
    inputs,
    outputs,
    chosen,
    choose: (id) => (chosen.value = outputs.value.find((output) => output.id === id)),
    async ask() {
      try {
        const access = await navigator.requestMIDIAccess();
        access.onstatechange = () => {
          hands.releaseAll();
          look(access);
        };
        look(access);
        open.value = true;
      } catch (cause) {
        throw new AdvectError(
          'unsupported',
          'the page may not use MIDI devices',
          'Allow MIDI devices for this page in the browser, by the sign before its address, and try again.',
          cause,
        );
      }
    },
  };
}
