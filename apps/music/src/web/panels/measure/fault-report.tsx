import type { PlacedFault } from '../../../metrics/faults.js';
import type { VoiceLeading } from '../../../metrics/voice-leading.js';
import { Figure } from '@advect/web';

interface Props {
  readonly faults: readonly PlacedFault[];
  readonly leading: VoiceLeading;
  readonly onJump: (fault: PlacedFault) => void;
}

const most = 60;

/** What the rules of four-part writing hold against the piece, each fault with its place. */
export function FaultReport({ faults, leading, onJump }: Props) {
  const count = (...kinds: readonly PlacedFault['kind'][]): number => faults.filter(({ kind }) => kinds.includes(kind)).length;
  return (
    <section class="part" aria-label="Voice leading">
      <h3>Voice leading</h3>
      <dl class="figures">
        <Figure
          name="Parallels"
          value={count('parallel fifths', 'parallel octaves')}
          hint={`${leading.parallelsPerHundred.toFixed(1)} for each hundred chord changes; real chorales: 0.3`}
        />
        <Figure
          name="Crossings"
          value={count('crossing')}
          hint={`in ${(100 * leading.crossing).toFixed(0)} % of the eighths; real chorales: 2 %`}
        />
        <Figure name="Leaps" value={count('leap')} hint="wider than an octave; in the upper voices a tritone or a seventh" />
        <Figure name="Out of range" value={count('range')} hint="notes beyond what the voices of the chorales sing" />
      </dl>
      {faults.length > 0 && (
        <ol class="faults" tabIndex={0} aria-label="Faults, in their order">
          {faults.slice(0, most).map((fault, i) => (
            <li key={i}>
              <button type="button" class="quiet" onClick={() => onJump(fault)}>
                {fault.place}
              </button>
              <span>{fault.words}</span>
            </li>
          ))}
          {faults.length > most && <li>and {faults.length - most} more</li>}
        </ol>
      )}
    </section>
  );
}
