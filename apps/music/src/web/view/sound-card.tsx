import { Card, Range } from '@advect/web';
import { instrumentNames } from '../../render/instrument.js';
import type { Session } from '../state/session.js';

/** How it sounds. */
export function SoundCard({ session }: { readonly session: Session }) {
  const { settings, change } = session;
  const { instrument, tempo, transpose } = settings.value;
  return (
    <Card title="How it sounds">
      <div class="chips" role="group" aria-label="Sound">
        {instrumentNames.map((name) => (
          <button key={name} type="button" class="chip" aria-pressed={instrument === name} onClick={() => change({ instrument: name })}>
            {name[0].toUpperCase() + name.slice(1)}
          </button>
        ))}
      </div>
      <Range
        id="tempo"
        label="Tempo"
        min={30}
        max={200}
        step={1}
        value={tempo}
        words={`${tempo} quarters a minute`}
        onInput={(value) => change({ tempo: value })}
      />
      <Range
        id="transpose"
        label="Transpose"
        min={-12}
        max={12}
        step={1}
        value={transpose}
        words={transpose === 0 ? 'as written' : `${transpose > 0 ? '+' : '−'}${Math.abs(transpose)} semitones`}
        onInput={(value) => change({ transpose: value })}
      />
    </Card>
  );
}
