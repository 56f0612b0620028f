import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { pictureDim } from '../../../data/picture-set.js';
import type { Label } from '../../../model/label.js';
import type { Favourites } from '../../state/favourites.js';
import type { Session } from '../../state/session.js';
import { labelInWords } from '../../view/labels-in-words.js';
import { receive } from './receive.js';

/** A picture that something can be done with. */
export interface Choice {
  readonly key: string;
  readonly name: string;
  /** [size, size, channels], levels of the open model. */
  readonly levels: Uint8Array;
  /** Its class, −1 where none is known. */
  readonly label: Label;
  /** What was done to it on its way here. */
  readonly remarks?: readonly string[];
}

/** What the panels share: the pictures at hand, and the one that is looked at. */
export interface Desk {
  /** The visitor's own, and what panels have made; the newest first. */
  readonly own: ReadonlySignal<readonly Choice[]>;
  readonly kept: ReadonlySignal<readonly Choice[]>;
  readonly wall: ReadonlySignal<readonly Choice[]>;
  /** The picture that the panels work on. */
  readonly subject: Signal<Choice | undefined>;
  /** Lays a picture on the desk, in place of one of the same key, and makes it the subject. */
  add(picture: Pick<Choice, 'name' | 'levels' | 'remarks'> & Partial<Pick<Choice, 'label' | 'key'>>): Choice;
  /** Says of which class the subject is. */
  relabel(label: Label): void;
  /** Takes files that were dropped, pasted or chosen. */
  receive(files: readonly File[]): Promise<void>;
}

const most = 12;

export function createDesk(session: Session, favourites: Favourites): Desk {
  const { model, wall, chosen } = session;
  const own = signal<readonly Choice[]>([]);
  const subject = signal<Choice | undefined>(undefined);
  let laid = 0;
  let hash: string | undefined;

  // Pictures of one model are none of another's.
  effect(() => {
    const now = model.value?.hash;
    if (now === hash) return;
    hash = now;
    batch(() => {
      own.value = [];
      subject.value = undefined;
    });
  });

  const onWall = computed((): readonly Choice[] => {
    const [facts, made] = [model.value, wall.value];
    if (!facts || !made) return [];
    const { items, seed, labels } = made.request;
    const { classes } = facts.form;
    const dim = pictureDim(facts.form);
    const count = made.frames.length / dim / made.times.length;
    const last = (made.times.length - 1) * count * dim;
    return items.slice(0, count).map((item, place) => {
      const label = labels[place];
      return {
        key: `wall ${facts.hash} ${seed} ${item} ${JSON.stringify(label)}`,
        name: `Wall ${place + 1}${classes.length > 0 ? `, ${labelInWords(label, classes)}` : ''}`,
        levels: made.frames.slice(last + place * dim, last + (place + 1) * dim),
        label,
      };
    });
  });
  const kept = computed((): readonly Choice[] =>
    favourites.list.value
      .filter((one) => one.model.hash === model.value?.hash)
      .map((one, i) => ({ key: `kept ${one.key}`, name: `Kept ${i + 1}`, levels: one.levels, label: one.label })),
  );

  // What is chosen on the wall is looked at here too, until the visitor takes another picture.
  let place = chosen.peek();
  effect(() => {
    const picture = onWall.value.at(chosen.value);
    const follows = chosen.value !== place || (subject.peek()?.key.startsWith('wall ') ?? true);
    place = chosen.value;
    if (picture && follows) subject.value = picture;
  });

  const desk: Desk = {
    own,
    kept,
    wall: onWall,
    subject,
    relabel(label) {
      const now = subject.value;
      if (!now) return;
      const next = { ...now, label };
      batch(() => {
        own.value = own.value.map((other) => (other.key === now.key ? next : other));
        subject.value = next;
      });
    },
    receive: (files) => receive(files, { session, add: desk.add }).catch(session.report),
    add({ name, levels, remarks, label = -1, key = `own ${++laid}` }) {
      const choice: Choice = { key, name, levels, label, remarks };
      batch(() => {
        own.value = [choice, ...own.value.filter((other) => other.key !== key)].slice(0, most);
        subject.value = choice;
      });
      return choice;
    },
  };
  return desk;
}
