import { Card, Range } from '@advect/web';
import type { Label } from '../../model/label.js';
import type { Session } from '../state/session.js';
import { knownLabels } from '../state/known-labels.js';
import { labelInWords } from './labels-in-words.js';

/** Which classes hang on the wall: all in turn, some, none, or two of them mixed. */
export function ClassControls({ session }: { readonly session: Session }) {
  const { model, settings, change } = session;
  const classes = model.value?.form.classes ?? [];
  if (classes.length === 0) return null;
  const labels = knownLabels(settings.value.labels, classes.length);
  const mix = labels.find((label) => typeof label !== 'number');
  const chosen = new Set(labels.filter((label) => typeof label === 'number'));
  const toggle = (label: number): void => {
    const next = new Set(chosen);
    if (!next.delete(label)) next.add(label);
    change({ labels: [...next].sort((a, b) => a - b) });
  };
  return (
    <Card title="Classes">
      <div class="chips" role="group" aria-label="Classes on the wall">
        <Chip pressed={labels.length === 0} onClick={() => change({ labels: [] })}>
          All
        </Chip>
        {classes.map((name, i) => (
          <Chip key={name} pressed={chosen.has(i)} onClick={() => toggle(i)}>
            {name}
          </Chip>
        ))}
        <Chip pressed={chosen.has(-1)} onClick={() => toggle(-1)}>
          No class
        </Chip>
      </div>
      <Mix session={session} classes={classes} mix={mix} />
    </Card>
  );
}

interface MixProps {
  readonly session: Session;
  readonly classes: readonly string[];
  readonly mix: Exclude<Label, number> | undefined;
}

function Mix({ session, classes, mix }: MixProps) {
  const { change } = session;
  if (!mix) {
    return (
      <button
        type="button"
        class="quiet"
        disabled={classes.length < 2}
        onClick={() =>
          change({ labels: [{ a: Math.min(3, classes.length - 2), b: classes.length > 8 ? 8 : classes.length - 1, share: 0.5 }] })
        }
      >
        Mix two classes
      </button>
    );
  }
  const choose = (side: 'a' | 'b') => (
    <select
      aria-label={side === 'a' ? 'First class of the mix' : 'Second class of the mix'}
      value={mix[side]}
      onChange={(event) => change({ labels: [{ ...mix, [side]: Number(event.currentTarget.value) }] })}
    >
      {classes.map((name, i) => (
        <option key={name} value={i}>
          {name}
        </option>
      ))}
    </select>
  );
  return (
    <div class="mix">
      {choose('a')}
      {choose('b')}
      <Range
        id="mix"
        label="Mix"
        min={0}
        max={1}
        step={0.05}
        value={mix.share}
        words={labelInWords(mix, classes)}
        onInput={(share) => change({ labels: [{ ...mix, share }] })}
      />
    </div>
  );
}

interface ChipProps {
  readonly pressed: boolean;
  readonly onClick: () => void;
  readonly children: string;
}

const Chip = ({ pressed, onClick, children }: ChipProps) => (
  <button type="button" class="chip" aria-pressed={pressed} onClick={onClick}>
    {children}
  </button>
);
