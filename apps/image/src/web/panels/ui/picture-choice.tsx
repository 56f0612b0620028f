import type { PictureForm } from '../../../data/picture-set.js';
import type { Choice, Desk } from '../desk/desk.js';
import { Shown } from './shown.js';

interface Props {
  readonly label: string;
  readonly desk: Desk;
  readonly form: PictureForm;
  readonly chosen: Choice | undefined;
  readonly onChoose: (choice: Choice) => void;
}

/** The pictures at hand, to choose one of: the visitor's own, those that were kept, the wall. */
export function PictureChoice({ label, desk, form, chosen, onChoose }: Props) {
  const groups = [desk.own.value, desk.kept.value, desk.wall.value].filter((group) => group.length > 0);
  return (
    <div class="choice" role="group" aria-label={label} tabIndex={0}>
      {groups.map((group) => (
        <div key={group[0].key.split(' ')[0]} class="choice-group">
          {group.map((choice) => (
            <button
              key={choice.key}
              type="button"
              class="tile"
              aria-pressed={chosen?.key === choice.key}
              aria-label={choice.name}
              title={choice.name}
              onClick={() => onChoose(choice)}
            >
              <Shown levels={choice.levels} form={form} />
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
