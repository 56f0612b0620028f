import { KeptStrip } from '@advect/web';
import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Favourite, Favourites } from '../state/favourites.js';
import type { Session } from '../state/session.js';
import { wallSize } from '../state/settings.js';
import { labelInWords } from './labels-in-words.js';
import { paint } from './paint.js';

/** The pictures that were kept: each hangs its own wall again. */
export const FavouritesStrip = ({ session, favourites }: { readonly session: Session; readonly favourites: Favourites }) => (
  <KeptStrip
    label="Kept pictures"
    list={favourites.list.value}
    nameOf={nameOf}
    look="tile"
    show={(one) => showAgain(session, one)}
    remove={(key) => void favourites.remove(key)}
  >
    {(one) => <Levels one={one} />}
  </KeptStrip>
);

const nameOf = ({ model, label, seed, item }: Favourite): string =>
  `${model.form.classes.length > 0 ? `${labelInWords(label, model.form.classes)}, ` : ''}item ${item} of seed ${seed}`;

function showAgain({ change, model, report }: Session, { model: made, seed, item, label, guidance, temperature, solver }: Favourite): void {
  if (made.hash !== model.value?.hash) {
    report(new Error(`This picture was made by the model '${made.name}' with other weights: open that first.`));
    return;
  }
  change({ seed, items: Array.from({ length: wallSize }, (_, i) => item + i), labels: [label], guidance, temperature, solver });
}

function Levels({ one }: { readonly one: Favourite }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    if (canvas.current) paint(canvas.current, one.levels, one.model.form);
  });
  return <canvas ref={canvas} width={1} height={1} aria-hidden="true" data-crisp={one.model.form.channels === 3} />;
}
