import { Icon } from '@advect/web';
import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { pictureDim } from '../../data/picture-set.js';
import type { Favourites } from '../state/favourites.js';
import type { Session } from '../state/session.js';
import { labelInWords } from './labels-in-words.js';
import { levelsAt, paint } from './paint.js';

interface Props {
  readonly session: Session;
  readonly favourites: Favourites;
}

/** The pictures, as they are at the time of the slider. */
export function WallOfPictures({ session, favourites }: Props) {
  const { model, chosen, inSight, wall, forming, busy } = session;
  const { items, seed, labels } = inSight.value;
  const classes = model.value?.form.classes ?? [];
  const empty = !wall.value && !forming.value;
  return (
    <section
      class="wall"
      aria-label={`Wall of ${items.length} pictures, seed ${seed}`}
      aria-busy={busy.value}
      data-empty={empty}
      style={{ '--columns': Math.max(2, Math.ceil(Math.sqrt(items.length))) }}
    >
      {items.map((item, place) => {
        const kept = favourites.has(seed, item, labels[place]);
        const name = classes.length > 0 ? labelInWords(labels[place], classes) : '';
        return (
          <button
            key={place}
            type="button"
            class="tile"
            aria-pressed={chosen.value === place}
            aria-label={`Picture ${place + 1}${name && `, ${name}`}${kept ? ', kept' : ''}`}
            title={name}
            onClick={() => (chosen.value = place)}
            onDblClick={() => void favourites.toggle(place)}
          >
            <TilePicture session={session} place={place} />
            {kept && <Icon shape="heart" class="heart" />}
          </button>
        );
      })}
    </section>
  );
}

function TilePicture({ session, place }: { readonly session: Session; readonly place: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { model, wall, forming } = session;
  useSignalEffect(() => {
    const form = model.value?.form;
    if (!canvas.current || !form) return;
    const dim = pictureDim(form);
    const live = forming.value;
    if (live && live.pixels.length >= (place + 1) * dim) paint(canvas.current, live.pixels.subarray(place * dim, (place + 1) * dim), form);
    else if (wall.value && wall.value.frames.length >= wall.value.times.length * (place + 1) * dim) {
      paint(canvas.current, levelsAt(wall.value, dim, place, session.time.value), form);
    }
  });
  return <canvas ref={canvas} width={1} height={1} aria-hidden="true" data-crisp={model.value?.form.channels === 3} />;
}
