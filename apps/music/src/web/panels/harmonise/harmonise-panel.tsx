import { type Panel, panelJob, RunButton } from '@advect/web';
import { computed, signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { pieceEndings } from '../../../codec/piece-file.js';
import { keepVoices } from '../../../model/draft.js';
import { rest, type Score, stepsPerBar, voiceCount, voiceNames } from '../../../score.js';
import { barsInWords } from '../../roll/note-words.js';
import type { Session } from '../../state/session.js';
import type { Desk } from '../desk/desk.js';
import { typedMelody } from './typed-melody.js';

/** Writes the voices that are missing under a melody, or over a bass. */
export function harmonisePanel(session: Session, desk: Desk): Panel {
  const { score, put, rework, busy, forming, cancel, report, settings, model, change, player } = session;
  const job = { ...panelJob(session), busy, share: computed(() => forming.value?.share ?? 0), cancel };
  const keep = signal<readonly number[]>([0]);
  const typed = signal('');

  /** The kept voices are locked on the desk, and the model writes the others. */
  async function harmonise(): Promise<void> {
    const { locked } = keepVoices(score.value, keep.value);
    put({ locked });
    await rework();
  }

  function layTyped(): void {
    try {
      const melody = typedMelody(typed.value);
      desk.lay({ ...melody, name: 'What was typed' });
      if (/^\s*Q:/m.test(typed.value)) change({ tempo: melody.tempo });
      keep.value = melody.voices;
    } catch (thrown) {
      report(thrown);
    }
  }

  function View() {
    const files = useRef<HTMLInputElement>(null);
    const sounding = voicesIn(score.value);
    const nothing = !keep.value.some((voice) => sounding.includes(voice));
    const all = keep.value.length === voiceCount;
    return (
      <div class="columns">
        <div class="column">
          <fieldset class="keep">
            <legend>Voices that stay</legend>
            {voiceNames.map((name, voice) => (
              <label key={name} class="switch">
                <input
                  type="checkbox"
                  checked={keep.value.includes(voice)}
                  onChange={() =>
                    (keep.value = keep.value.includes(voice)
                      ? keep.value.filter((one) => one !== voice)
                      : [...keep.value, voice].sort((a, b) => a - b))
                  }
                />
                <span>
                  {name}
                  {!sounding.includes(voice) && <small> (silent now)</small>}
                </span>
              </label>
            ))}
          </fieldset>
          <div class="row">
            <RunButton
              job={job}
              does="Harmonise"
              disabled={!model.value || nothing || all}
              onRun={() => {
                player.stop();
                void harmonise();
              }}
            />
          </div>
          <p class="hint">
            {nothing
              ? 'Nothing that would stay sounds yet: keep a voice with notes in it, or bring a melody.'
              : all
                ? 'All voices would stay: leave one open.'
                : `The kept voices are locked on the roll; the model writes the rest of ${barsInWords(Math.ceil(score.value.steps / stepsPerBar))}, with seed ${settings.value.seed}.`}
          </p>
        </div>
        <div class="column">
          <section class="part" aria-label="A melody of your own">
            <h3>A melody of your own</h3>
            <div class="field">
              <label for="typed-melody">Typed: letters, with a number for longer notes</label>
              <textarea
                id="typed-melody"
                rows={3}
                spellcheck={false}
                placeholder="G G A G | c B A2 | G G A B | c4"
                value={typed.value}
                onInput={(event) => (typed.value = event.currentTarget.value)}
              />
            </div>
            <div class="row">
              <button type="button" disabled={typed.value.trim() === ''} onClick={layTyped}>
                Lay it on the desk
              </button>
              <button type="button" onClick={() => files.current?.click()}>
                Open a file
              </button>
              <input
                ref={files}
                class="unseen"
                type="file"
                accept={pieceEndings}
                aria-label="A file of notes to harmonise"
                tabIndex={-1}
                onChange={(event) => {
                  const input = event.currentTarget;
                  void desk
                    .receive([...(input.files ?? [])], 'harmonise')
                    .then((laid) => {
                      if (laid) keep.value = laid.voices.length === voiceCount ? [0] : laid.voices;
                    })
                    .finally(() => (input.value = ''));
                }}
              />
            </div>
            <p class="hint">
              Quarter notes have no number, <code>G2</code> is a half note, <code>G/</code> an eighth; <code>c</code> lies above{' '}
              <code>B</code>, <code>C,</code> below; <code>^F</code> is F sharp, <code>_B</code> B flat, <code>z</code> silence. Whole tunes
              in ABC are read, too.
            </p>
            {desk.laid.value && <desk.Remarks />}
          </section>
        </div>
      </div>
    );
  }

  return {
    id: 'harmonise',
    title: 'Harmonise',
    about: 'Takes the soprano, or any voices that you choose, and writes the others.',
    View,
  };
}

/** Numbers of the voices that sound somewhere. */
const voicesIn = ({ pitches }: Score): number[] =>
  [...voiceNames.keys()].filter((voice) => pitches.some((pitch, i) => i % voiceCount === voice && pitch !== rest));
