import { useSignal } from '@preact/signals';
import { pitchAt, type Score, stepsPerBeat, voiceCount, voiceNames } from '../../score.js';
import { placeInWords, type Sounding, soundingName } from './note-words.js';

interface Props {
  readonly score: Score;
  readonly locked: Uint8Array;
  readonly sounding: Sounding;
}

/** The roll as a table of notes, for those who read rather than look. */
export function NoteTable({ score, locked, sounding }: Props) {
  const open = useSignal(false);
  return (
    <details class="note-table" onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>Notes as a table</summary>
      {open.value && (
        <div class="scroller" tabIndex={0} role="region" aria-label="Notes as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Where</th>
                {voiceNames.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Array.from({ length: Math.ceil(score.steps / stepsPerBeat) }, (_, beat) => (
                <tr key={beat}>
                  <th scope="row">{placeInWords(beat * stepsPerBeat)}</th>
                  {voiceNames.map((name, voice) => (
                    <td key={name}>{beatInWords({ score, locked, sounding }, beat * stepsPerBeat, voice)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

/** "F4", "F4, G4", "F4 (locked)". */
function beatInWords({ score, locked, sounding }: Props, step: number, voice: number): string {
  const steps = [step, step + 1].filter((one) => one < score.steps);
  const pitches = steps.map((one) => soundingName(pitchAt(score, one, voice), sounding));
  const lock = steps.every((one) => locked[one * voiceCount + voice]);
  return `${new Set(pitches).size === 1 ? pitches[0] : pitches.join(', ')}${lock ? ' (locked)' : ''}`;
}
