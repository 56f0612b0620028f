import { Card, Range, Temperature } from '@advect/web';
import { keyName } from '../../data/musical-key.js';
import { keyInWords } from '../roll/note-words.js';
import type { Session } from '../state/session.js';
import { mostBars, readKeyName } from '../state/settings.js';

const keys = (['major', 'minor'] as const).flatMap((mode) => Array.from({ length: 12 }, (_, tonic) => ({ tonic, mode })));

/** What is composed, and how. */
export function MakingCard({ session }: { readonly session: Session }) {
  const { settings, change, manner } = session;
  const { bars, key } = settings.value;
  const { temperature, steps, polish, best } = manner.value;
  return (
    <Card title="What is composed">
      <div class="pair">
        <div class="field">
          <label for="bars">Bars</label>
          <select id="bars" value={bars} onChange={(event) => change({ bars: Number(event.currentTarget.value) })}>
            {[4, 6, 8, 12, 16, 24, 32, mostBars, bars]
              .filter((count, i, all) => all.indexOf(count) === i)
              .toSorted((a, b) => a - b)
              .map((count) => (
                <option key={count} value={count}>
                  {count}
                </option>
              ))}
          </select>
        </div>
        <div class="field">
          <label for="key">Key</label>
          <select id="key" value={key ? keyName(key) : ''} onChange={(event) => change({ key: readKeyName(event.currentTarget.value) })}>
            <option value="">as it comes</option>
            {keys.map((one) => (
              <option key={keyName(one)} value={keyName(one)}>
                {keyInWords(one)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Temperature value={temperature} onInput={(value) => change({ temperature: value })} />
      <Range
        id="best"
        label="Best of"
        min={1}
        max={32}
        step={1}
        value={best}
        words={best === 1 ? 'one' : `${best} candidates`}
        hint="The one with the fewest faults of voice leading is kept."
        onInput={(value) => change({ best: value })}
      />
      <details class="finer">
        <summary>Finer</summary>
        <Range
          id="steps"
          label="Steps"
          min={4}
          max={200}
          step={1}
          value={steps}
          words={String(steps)}
          hint="From noise to music."
          onInput={(value) => change({ steps: value })}
        />
        <Range
          id="polish"
          label="Polish"
          min={0}
          max={0.9}
          step={0.05}
          value={polish}
          words={polish === 0 ? 'none: the plain flow' : polish.toFixed(2)}
          hint="Share of the noise drawn afresh in each step: mends mistakes, cannot be inverted."
          onInput={(value) => change({ polish: value })}
        />
      </details>
    </Card>
  );
}
