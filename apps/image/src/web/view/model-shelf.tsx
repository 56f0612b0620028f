import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Session } from '../state/session.js';
import { addressOfModel } from '../state/model-address.js';
import { Dialog } from './dialog.js';
import { receivedInWords } from './received-in-words.js';

interface OnShelf {
  readonly name: string;
  readonly description: string;
  readonly bytes: number;
}

const shelf = signal<readonly OnShelf[]>([]);

/** The models that come with the page, and ways to bring another: its files, or an address of this site. */
export function ModelShelf({ session, shown }: { readonly session: Session; readonly shown: Signal<boolean> }) {
  const { model, opening, open, report } = session;
  useEffect(() => {
    fetch(addressOfModel('index.json'))
      .then((response) => response.json() as Promise<readonly OnShelf[]>)
      .then((list) => (shelf.value = list), report);
  }, []);
  const opens = async (work: Promise<void>): Promise<void> => {
    await work;
    shown.value = false;
  };
  return (
    <Dialog title="Models" shown={shown}>
      <ul class="shelf">
        {shelf.value.map(({ name, description, bytes }) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={model.value?.name === name}
              onClick={() => void opens(open({ address: addressOfModel(`${name}/`) }, name))}
            >
              <strong>{name}</strong>
              <span>{description}</span>
              <small>{(bytes / 2 ** 20).toFixed(1)} MiB</small>
            </button>
          </li>
        ))}
      </ul>
      <div class="field">
        <label for="model-files">A model of your own: model.json and weights.safetensors</label>
        <input
          id="model-files"
          type="file"
          multiple
          accept=".json,.safetensors,.md"
          onChange={(event) => void opens(open({ files: [...(event.currentTarget.files ?? [])] }, undefined))}
        />
      </div>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          const { value: address } = event.currentTarget.elements.namedItem('address') as HTMLInputElement;
          void opens(open({ address: new URL(address, document.baseURI).href }, address));
        }}
      >
        <label for="model-address">Or its address on this site</label>
        <div class="row">
          <input id="model-address" name="address" type="text" required placeholder="models/digits/" />
          <button type="submit">Open</button>
        </div>
        <p class="hint">A model from elsewhere: start this page with image serve --model ADDRESS.</p>
      </form>
      {opening.value && <p role="status">Fetching {receivedInWords(opening.value)}</p>}
      {model.value && <ModelCard session={session} />}
    </Dialog>
  );
}

function ModelCard({ session: { model } }: { readonly session: Session }) {
  const { name, description, form, hash, metrics, card } = model.value!;
  const { size, channels, levels, classes } = form;
  return (
    <section class="model-card" aria-label={`About the model ${name}`}>
      <h3>{name}</h3>
      <p>{description}</p>
      <dl>
        <dt>Pictures</dt>
        <dd>
          {size} × {size}, {channels === 1 ? 'grey' : 'colour'}, {levels} levels
        </dd>
        {classes.length > 0 && <dt>Classes</dt>}
        {classes.length > 0 && <dd>{classes.join(', ')}</dd>}
        {Object.entries(metrics).map(([what, figure]) => [<dt key={what}>{what}</dt>, <dd key={`${what} figure`}>{figure}</dd>])}
        <dt>Weights</dt>
        <dd class="hash">sha256 {hash.slice(0, 16)}…</dd>
      </dl>
      {card && (
        <details>
          <summary>Model card</summary>
          <pre tabIndex={0}>{card}</pre>
        </details>
      )}
    </section>
  );
}
