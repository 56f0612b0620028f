import type { KeptModel } from './store.js';

interface Props {
  readonly list: readonly KeptModel[];
  readonly onOpen: (model: KeptModel) => void;
  readonly onSave: (model: KeptModel) => void;
  readonly onForget: (model: KeptModel) => void;
}

/** The models that this browser keeps. */
export function KeptModels({ list, onOpen, onSave, onForget }: Props) {
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
              <button type="button" aria-label={`Save ${model.name} as a file`} onClick={() => onSave(model)}>
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
