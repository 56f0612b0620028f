import { type Panel, Range } from '@advect/web';
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { octaveName, pitchName } from '../../roll/note-words.js';
import { createLiveSound } from '../../sound/live-sound.js';
import type { Session } from '../../state/session.js';
import { followBeats } from './follow-beats.js';
import { createHands } from './hands.js';
import { createMidiDevices } from './midi-device.js';
import { playOnDevice } from './midi-out.js';
import { MidiPart } from './midi-part.js';
import { Piano } from './piano.js';
import { RecordPart } from './record-part.js';
import { createTake } from './take.js';
import { typedKeys } from './typed-keys.js';

const [lowest, usual, highest] = [24, 60, 84];

/** Playing oneself: a piano on the screen and on the computer's keys, MIDI keyboards and devices, and a melody that is recorded. */
export function livePanel(session: Session): Panel {
  const { player, score, sounding } = session;
  const hands = createHands();
  const sound = createLiveSound();
  const devices = createMidiDevices(hands);
  const take = createTake(session, hands, sound);
  const base = signal(usual);
  const [letters, metronome] = [signal(true), signal(false)];
  hands.listen({
    press(pitch, velocity) {
      void sound.wake().catch(session.report);
      sound.press(pitch, velocity);
    },
    release: sound.release,
  });
  const shift = (octaves: number): void => {
    hands.releaseAll();
    base.value = Math.min(highest, Math.max(lowest, base.value + 12 * octaves));
    session.announcer.say(`From ${octaveName(base.value)}.`);
  };
  effect(() => {
    if (!metronome.value) return undefined;
    return followBeats({ player, steps: () => score.peek().steps, beat: sound.beat });
  });

  effect(() => {
    const device = devices.chosen.value;
    return device && playOnDevice(session, device);
  });

  function View() {
    const typed = letters.value;
    useEffect(() => (typed ? typedKeys({ hands, base: () => base.peek(), shift }) : undefined), [typed]);
    useEffect(() => () => hands.releaseAll(), []);
    const held = hands.held.value;
    const { key } = sounding.value;
    return (
      <div class="live">
        <div class="row live-bar">
          <button type="button" aria-label="An octave lower" disabled={base.value <= lowest} onClick={() => shift(-1)}>
            − octave
          </button>
          <button type="button" aria-label="An octave higher" disabled={base.value >= highest} onClick={() => shift(1)}>
            + octave
          </button>
          <label class="switch">
            <input type="checkbox" checked={typed} onChange={(event) => (letters.value = event.currentTarget.checked)} />
            Keys A to K play, Z and X shift
          </label>
          <p class="held">
            <span class="hint">Held</span>{' '}
            <output aria-label="Notes that are held">{held.map((pitch) => pitchName(pitch, key)).join(' ') || '–'}</output>
          </p>
        </div>
        <Piano hands={hands} base={base.value} letters={typed} signature={key} />
        <div class="columns">
          <RecordPart session={session} take={take} />
          <div class="column">
            <section class="part">
              <h3>Metronome</h3>
              <label class="switch">
                <input
                  type="checkbox"
                  checked={metronome.value}
                  onChange={(event) => {
                    metronome.value = event.currentTarget.checked;
                    void sound.wake().catch(session.report);
                  }}
                />
                Beats while the piece plays
              </label>
              <Range
                id="live-beats"
                label="Volume of the beats"
                min={0}
                max={1}
                step={0.05}
                value={sound.beatVolume.value}
                words={`${Math.round(100 * sound.beatVolume.value)} %`}
                onInput={(value) => (sound.beatVolume.value = value)}
              />
            </section>
            <MidiPart devices={devices} report={session.report} />
          </div>
        </div>
      </div>
    );
  }
  return {
    id: 'live',
    title: 'Play',
    about: 'Play with the keys of your computer, the piano below, or a MIDI keyboard; what you play can become the melody.',
    View,
  };
}
