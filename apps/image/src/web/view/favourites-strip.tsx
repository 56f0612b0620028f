import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Favourite, Favourites } from '../state/favourites.js';
import type { Session } from '../state/session.js';
import { labelInWords } from './labels-in-words.js';
import { paint } from './paint.js';

/** The pictures that were kept: each hangs its own wall again. */
export function FavouritesStrip({ session, favourites }: { readonly session: Session; readonly favourites: Favourites }) {
  const list = favourites.list.value;
  if (list.length === 0) return null;
  return (
    <section class="kept" aria-label="Kept pictures">
      <h2>Kept</h2>
      <ul>
        {list.map((one) => (
          <li key={one.key}>
            <button
              type="button"
              class="tile"
              aria-label={`Show ${nameOf(one)} again`}
              title={nameOf(one)}
              onClick={() => showAgain(session, one)}
            >
              <Levels one={one} />
            </button>
            <button
              type="button"
              class="remove"
              aria-label={`Give up ${nameOf(one)}`}
              title="Give up"
              onClick={() => void favourites.remove(one.key)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const nameOf = ({ model, label, seed, item }: Favourite): string =>
  `${model.form.classes.length > 0 ? `${labelInWords(label, model.form.classes)}, ` : ''}item ${item} of seed ${seed}`;

function showAgain({ change, model, report }: Session, { model: made, seed, item, label, guidance, temperature, solver }: Favourite): void {
  if (made.hash !== model.value?.hash) {
    report(new Error(`This picture was made by the model '${made.name}' with other weights: open that first.`));
    return;
  }
  change({ seed, items: Array.from({ length: 16 }, (_, i) => item + i), labels: [label], guidance, temperature, solver });
}

function Levels({ one }: { readonly one: Favourite }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    if (canvas.current) paint(canvas.current, one.levels, one.model.form);
  });
  return <canvas ref={canvas} width={1} height={1} aria-hidden="true" data-crisp={one.model.form.channels === 3} />;
}
