import { canvasBlob, download, type Panel } from '@advect/web';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { pictureDim } from '../../../data/picture-set.js';
import type { PictureSettings } from '../../../format/picture-settings.js';
import { withSettings } from '../../../format/settings-in-file.js';
import type { HungWall, Session } from '../../state/session.js';
import type { ModelFacts, Wall } from '../../studio-verbs.js';
import type { Desk } from '../desk/desk.js';
import { levelsAt } from '../../view/paint.js';
import { Shown } from '../ui/shown.js';
import { canvasOf, sheetOf } from './canvas-of.js';
import { type Film } from './film.js';
import { FilmButtons } from './film-buttons.js';
import { settingsOf } from './settings-of.js';

const kinds = { png: 'image/png', webp: 'image/webp', jpeg: 'image/jpeg' } as const;
type Kind = keyof typeof kinds;

/** The wall, a picture or its way from noise as files that say how they were made. */
export function savePanel(session: Session, desk: Desk): Panel {
  const { model, wall, chosen, report, announcer } = session;

  async function save(canvas: HTMLCanvasElement, kind: Kind, name: string, made: PictureSettings): Promise<void> {
    try {
      const blob = await canvasBlob(canvas, kinds[kind], 1);
      const bytes = withSettings(new Uint8Array(await blob.arrayBuffer()), made);
      download(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: kinds[kind] }), `${name}.${kind}`);
      announcer.say(`${name}.${kind} is saved.`);
    } catch (thrown) {
      report(thrown);
    }
  }

  /** What makes some places of the wall again. */
  const settingsAt = ({ request, effort }: HungWall, places: readonly number[]): PictureSettings =>
    settingsOf('sample', model.value!, {
      ...request,
      items: places.map((place) => request.items[place]),
      labels: places.map((place) => request.labels[place]),
      executor: effort.executor,
    });

  const saveWall = (kind: Kind): void => {
    if (!model.value || !wall.value) return;
    const { form, name } = model.value;
    const { seed, items } = wall.value.request;
    const pictures = desk.wall.value.map(({ levels }) => levels);
    void save(sheetOf(pictures, form), kind, `${name}-${seed}`, settingsAt(wall.value, [...items.keys()]));
  };
  session.keys.add({ key: 's', does: 'save the wall as PNG', run: () => saveWall('png') });

  function View() {
    const kind = useSignal<Kind>('png');
    const files = useRef<HTMLInputElement>(null);
    const [facts, made] = [model.value, wall.value];
    if (!facts || !made) return null;
    const { form, name } = facts;
    const { seed, items } = made.request;
    const place = Math.min(chosen.value, items.length - 1);
    const one = desk.wall.value.at(place);
    return (
      <div class="columns">
        <div class="column">
          <div class="field">
            <label for="save-kind">Pictures as</label>
            <select id="save-kind" value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value as Kind)}>
              <option value="png">PNG, exact</option>
              <option value="webp">WebP</option>
              <option value="jpeg">JPEG</option>
            </select>
          </div>
          <div class="row">
            <button type="button" class="main" onClick={() => saveWall(kind.value)}>
              Save the wall
            </button>
            <button
              type="button"
              disabled={!one}
              onClick={() =>
                void save(canvasOf(one!.levels, form), kind.value, `${name}-${seed}-${items[place]}`, settingsAt(made, [place]))
              }
            >
              Save picture {place + 1}
            </button>
          </div>
          <h3>Picture {place + 1} on its way from noise</h3>
          <ul class="strip" aria-hidden="true">
            {stops.map((share) => (
              <li key={share}>
                <Shown levels={levelsAt(made, pictureDim(form), place, share)} form={form} />
              </li>
            ))}
          </ul>
          <FilmButtons
            session={session}
            film={() => wayOf(made, facts, place)}
            name={`${name}-${seed}-${items[place]}`}
            settings={() => ({ ...settingsAt(made, [place]), task: 'animate' })}
          />
        </div>
        <div class="column">
          <h3>Back again</h3>
          <p class="hint">
            Every file says how it was made: model, seed, items, classes, solver. Drop one anywhere on this page and its wall hangs again;
            the command line makes it again with <code>image sample --like FILE</code>.
          </p>
          <div class="row">
            <button type="button" onClick={() => files.current?.click()}>
              Open a saved file
            </button>
            <input
              ref={files}
              class="unseen"
              type="file"
              accept="image/*,.zip"
              aria-label="A saved file"
              tabIndex={-1}
              onChange={(event) => {
                const input = event.currentTarget;
                void desk.receive([...(input.files ?? [])]).finally(() => (input.value = ''));
              }}
            />
          </div>
        </div>
      </div>
    );
  }

  return { id: 'save', title: 'Save', about: 'Files that remember how they were made, and bring it back.', View };
}

/** Times that the strip shows. */
const stops = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** One picture of the wall at all its times. */
function wayOf({ frames, times }: Wall, { form }: ModelFacts, place: number): Film {
  const dim = pictureDim(form);
  const each = frames.length / times.length;
  const way = new Uint8Array(times.length * dim);
  times.forEach((_, i) => way.set(frames.subarray(i * each + place * dim, i * each + (place + 1) * dim), i * dim));
  return { form, frames: way, count: times.length, delay: 50, hold: 1200 };
}
