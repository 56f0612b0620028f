import { unzipSync } from 'fflate';
import { AdvectError } from '@advect/base/errors';
import type { PictureTask } from '../../../format/picture-settings.js';
import { readSettings } from '../../../format/settings-in-file.js';
import type { Session } from '../../state/session.js';
import { largest, readPicture } from '../read/read-picture.js';
import { settingsFrom } from '../save/settings-of.js';
import type { Choice } from './desk.js';

interface Surroundings {
  readonly session: Session;
  readonly add: (picture: { readonly name: string; readonly levels: Uint8Array }) => Choice;
}

/** Verbs whose files are items of a series, which a wall can hang again. */
const series: ReadonlySet<PictureTask> = new Set(['sample', 'animate']);

/** The panel of the page that does what a verb of the command line does. */
const panelOf: { readonly [task in PictureTask]?: string } = {
  interpolate: 'morph',
  morph: 'morph',
  inpaint: 'inpaint',
  edit: 'edit',
  decode: 'measure',
};

/** Pictures taken from one drop; a training takes more. */
const most = 12;

/**
 * Takes files that were dropped, pasted or chosen: a model opens, a file that says how it was made hangs its wall again, a picture
 * comes to lie on the desk. One that cannot be used is told of, and the others go on.
 */
export async function receive(files: readonly File[], { session, add }: Surroundings): Promise<void> {
  const { model, change, announcer, report } = session;
  const modelFiles = await filesOfModel(files);
  if (modelFiles) {
    await session.open({ files: modelFiles }, undefined);
    return;
  }
  for (const file of files.slice(0, most)) {
    try {
      const facts = model.value;
      if (!facts) return;
      const made = await madeBy(file);
      if (made && series.has(made.task)) {
        change(settingsFrom(made, facts));
        announcer.say(`The wall of ${file.name} hangs again.`);
        continue;
      }
      if (made?.task === 'grid' && made.model.sha256 === facts.hash) {
        change({ ...settingsFrom(made, facts), items: session.settings.value.items });
        announcer.say(`The seed and settings of ${file.name} are taken; grids of settings are made on the command line.`);
        continue;
      }
      const { levels, remarks } = await readPicture(file, file.name, facts.form);
      // What another verb has made of a picture cannot be made again without it: its solver is taken, and its panel opens.
      const same = made?.model.sha256 === facts.hash;
      add({ name: file.name, levels });
      if (made && same) change({ solver: settingsFrom(made, facts).solver });
      change({ panel: (made && same && panelOf[made.task]) || session.settings.value.panel || 'measure' });
      announcer.say([`${file.name} is on the desk`, ...remarks].join('; '));
    } catch (thrown) {
      report(thrown);
    }
  }
  if (files.length > most) announcer.say(`Of ${files.length} files the first ${most} were taken.`);
}

/** The files of a model, if that is what was given: by themselves or in a zip file. */
async function filesOfModel(files: readonly File[]): Promise<readonly File[] | undefined> {
  if (files.some(({ name }) => name === 'model.json')) return files;
  const [only] = files;
  if (files.length !== 1 || !/\.zip$/i.test(only.name)) return undefined;
  try {
    const entries = Object.entries(unzipSync(new Uint8Array(await only.arrayBuffer())));
    return entries.map(([path, bytes]) => new File([bytes], path.split('/').at(-1)!));
  } catch (cause) {
    throw new AdvectError(
      'invalid-file',
      `'${only.name}' cannot be unpacked`,
      'Give the zip file of a model as this page saves it.',
      cause,
    );
  }
}

/** What a file says of its making; nothing where it says nothing. */
async function madeBy(file: File) {
  if (file.size > largest.bytes) return undefined;
  try {
    return await readSettings(new Uint8Array(await file.arrayBuffer()), file.name);
  } catch (thrown) {
    if (thrown instanceof AdvectError && (thrown.code === 'not-found' || thrown.code === 'invalid-file')) return undefined;
    throw thrown;
  }
}
