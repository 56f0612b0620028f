import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { addressOfModel, addressOfSetting } from '../models/model-address.js';
import type { OpenedModel } from '../models/opened-model.js';
import { type ModelSource, type Received, receivedInWords } from '../models/source.js';
import { Dialog } from './dialog.js';

interface OnShelf {
  readonly name: string;
  readonly description: string;
  readonly bytes: number;
  /** What it is for, in the words of its app. */
  readonly kind?: string;
}

interface Props {
  readonly shown: Signal<boolean>;
  readonly model: ReadonlySignal<OpenedModel | undefined>;
  readonly opening: ReadonlySignal<Received | undefined>;
  readonly open: (source: ModelSource, name: string | undefined) => Promise<void>;
  readonly report: (thrown: unknown) => void;
  /** The kinds that this page opens; by default all. */
  readonly kinds?: readonly string[];
  /** An address on this site, for instance. */
  readonly example: string;
  /** How to start the page with a model from elsewhere. */
  readonly elsewhere: string;
  /** Terms and descriptions of the open model, before its measured figures. */
  readonly children?: ComponentChildren;
}

const shelf = signal<readonly OnShelf[]>([]);

/** The models that come with the page, and ways to bring another: its files, or an address of this site. */
export function ModelShelf({ shown, model, opening, open, report, kinds, example, elsewhere, children }: Props) {
  useEffect(() => {
    fetch(addressOfModel('index.json'))
      .then((response) => response.json() as Promise<readonly OnShelf[]>)
      .then((list) => (shelf.value = list), report);
  }, []);
  const opens = async (work: Promise<void>): Promise<void> => {
    await work;
    shown.value = false;
  };
  const fitting = shelf.value.filter(({ kind }) => !kinds || (kind !== undefined && kinds.includes(kind)));
  return (
    <Dialog title="Models" shown={shown}>
      <ul class="shelf">
        {fitting.map(({ name, description, bytes }) => (
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
          onChange={(event) => {
            const input = event.currentTarget;
            const files = [...(input.files ?? [])];
            // The same files may be chosen again once they have been mended.
            input.value = '';
            void opens(open({ files }, undefined));
          }}
        />
      </div>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          const { value: address } = event.currentTarget.elements.namedItem('address') as HTMLInputElement;
          try {
            void opens(open({ address: addressOfSetting(address) }, address));
          } catch (thrown) {
            report(thrown);
            shown.value = false;
          }
        }}
      >
        <label for="model-address">Or its address on this site</label>
        <div class="row">
          <input id="model-address" name="address" type="text" required placeholder={example} />
          <button type="submit">Open</button>
        </div>
        <p class="hint">A model from elsewhere: {elsewhere}.</p>
      </form>
      {opening.value && <p role="status">Fetching {receivedInWords(opening.value)}</p>}
      {model.value && <ModelCard model={model.value}>{children}</ModelCard>}
    </Dialog>
  );
}

function ModelCard({ model, children }: { readonly model: OpenedModel; readonly children: ComponentChildren }) {
  const { name, description, hash, metrics, card } = model;
  return (
    <section class="model-card" aria-label={`About the model ${name}`}>
      <h3>{name}</h3>
      <p>{description}</p>
      <dl>
        {children}
        {Object.entries(metrics).map(([what, figure]) => [
          <dt key={what}>{inWords(what)}</dt>,
          <dd key={`${what} figure`}>{Number(figure.toPrecision(4)).toLocaleString('en', { maximumFractionDigits: 6 })}</dd>,
        ])}
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

/** "flow: strokes spread" of "flow: strokesSpread". */
const inWords = (name: string): string => name.replace(/(?<=[a-z])[A-Z](?=[a-z])/g, (letter) => ` ${letter.toLowerCase()}`);
