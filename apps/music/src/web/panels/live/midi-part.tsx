import type { MidiDevices } from './midi-device.js';

interface Props {
  readonly devices: MidiDevices;
  readonly report: (thrown: unknown) => void;
}

/** MIDI keyboards that are heard, and the device that plays along. */
export function MidiPart({ devices, report }: Props) {
  if (!devices.offered) {
    return (
      <section class="part">
        <h3>MIDI</h3>
        <p class="hint">
          This browser has no Web MIDI, so that keyboards and devices cannot be reached. Chromium, Edge, Opera and Firefox have it.
        </p>
      </section>
    );
  }
  const inputs = devices.inputs.value;
  return (
    <section class="part">
      <h3>MIDI</h3>
      {devices.open.value ? (
        <>
          <p>
            <span class="hint">Heard</span>{' '}
            <output aria-label="MIDI keyboards">
              {inputs.length > 0 ? inputs.join(', ') : 'no keyboard yet; one that is plugged in is heard at once'}
            </output>
          </p>
          <div class="field">
            <label for="midi-out">The piece is also played on</label>
            <select id="midi-out" value={devices.chosen.value?.id ?? ''} onChange={(event) => devices.choose(event.currentTarget.value)}>
              <option value="">no device</option>
              {devices.outputs.value.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name ?? 'a device without a name'}
                </option>
              ))}
            </select>
          </div>
        </>
      ) : (
        <>
          <div class="row">
            <button type="button" onClick={() => void devices.ask().catch(report)}>
              Use MIDI devices
            </button>
          </div>
          <p class="hint">The browser asks first. Keyboards then play here, and a device can play the piece along.</p>
        </>
      )}
    </section>
  );
}
