import { download } from '@advect/web';
import { zipSync } from 'fflate';
import type { KeptModel } from './store.js';

interface Props {
  readonly list: readonly KeptModel[];
  readonly onOpen: (model: KeptModel) => void;
  readonly onForget: (model: KeptModel) => void;
}

/** The models that this browser keeps. */
export function KeptModels({ list, onOpen, onForget }: Props) {
  if (list.length === 0) return null;
  return (
    <section class="part">
      <h3>Kept in this browser</h3>
      <ul class="kept-models">
        {list.map((model) => (
          <li key={model.name}>
            <span>
              <strong>{model.name}</strong> <span class="hint">{model.step} updates</span>
            </span>
            <span class="row">
              <button type="button" aria-label={`Use ${model.name}`} onClick={() => onOpen(model)}>
                Use
              </button>
              <button type="button" aria-label={`Save ${model.name} as a file`} onClick={() => saveModelZip(model)}>
                Save
              </button>
              <button type="button" class="quiet" aria-label={`Forget ${model.name}`} onClick={() => onForget(model)}>
                Forget
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Offers a model's folder as a .zip, which this page and the command line open. */
export function saveModelZip({ name, files }: Pick<KeptModel, 'name' | 'files'>): void {
  const zip = zipSync(Object.fromEntries([...files].map(([file, bytes]) => [`${name}/${file}`, bytes])), { level: 6 });
  download(new Blob([zip], { type: 'application/zip' }), `${name}.zip`);
}
