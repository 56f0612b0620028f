import { AdvectError } from '@advect/base/errors';
import type { PictureTask } from '../../../format/picture-settings.js';
import { readSettings } from '../../../format/settings-in-file.js';
import type { Session } from '../../state/session.js';
import { largest, readPicture } from '../read/read-picture.js';
import { settingsFrom } from '../save/settings-of.js';
import type { Desk } from './desk.js';
import { modelFilesOf } from './model-files-of.js';

interface Surroundings {
  readonly session: Session;
  readonly add: Desk['add'];
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
/** Files that are looked at for them. */
const mostSeen = 200;

/**
 * Takes files that were dropped, pasted or chosen: a model opens, a file that says how it was made hangs its wall again, a picture
 * comes to lie on the desk. Those that cannot be used are told of, and the others go on; hidden files are passed over.
 */
export async function receive(given: readonly File[], { session, add }: Surroundings): Promise<void> {
  const files = given.filter(({ name }) => !name.startsWith('.'));
  const modelFiles = await modelFilesOf(files);
  if (modelFiles) {
    await session.open({ files: modelFiles }, undefined);
    return;
  }
  if (files.length > 0 && !session.model.value) {
    throw new AdvectError('not-found', 'no model is open for which pictures could be read', 'Wait for it, or choose one from the shelf.');
  }
  const failed: unknown[] = [];
  let [seen, taken] = [0, 0];
  for (const file of files.slice(0, mostSeen)) {
    if (taken === most) break;
    seen += 1;
    try {
      await take(file, session, add);
      taken += 1;
    } catch (thrown) {
      failed.push(thrown);
    }
  }
  const left = leftOut(failed, taken, files.length, files.length - seen);
  if (left !== undefined) session.report(left);
}

async function take(file: File, { model, settings, change, announcer }: Session, add: Surroundings['add']): Promise<void> {
  const facts = model.value!;
  const made = await madeBy(file);
  const same = made?.model.sha256 === facts.hash;
  if (made && series.has(made.task)) {
    change(settingsFrom(made, facts));
    announcer.say(`The wall of ${file.name} hangs again.`);
    return;
  }
  if (made && same && made.task === 'grid') {
    change({ ...settingsFrom(made, facts), items: settings.value.items });
    announcer.say(`The seed and settings of ${file.name} are taken; grids of settings are made on the command line.`);
    return;
  }
  const { levels, remarks } = await readPicture(file, file.name, facts.form);
  // What another verb has made of a picture cannot be made again without it: its solver is taken, and its panel opens.
  add({ name: file.name, levels, remarks });
  if (made && same) change({ solver: settingsFrom(made, facts).solver });
  change({ panel: (made && same && panelOf[made.task]) || settings.value.panel || 'measure' });
  announcer.say([`${file.name} is on the desk`, ...remarks].join('; '));
}

/** What is told, all at once, of files that were not taken; nothing where all were. */
function leftOut(failed: readonly unknown[], taken: number, all: number, unseen: number): unknown {
  if (unseen === 0 && failed.length < 2) return failed[0];
  const reasons = failed.slice(0, 3).map((thrown) => (thrown instanceof Error ? thrown.message : String(thrown)));
  const more = failed.length > reasons.length ? ` and ${failed.length - reasons.length} more` : '';
  return new AdvectError(
    'invalid-file',
    [
      `Of ${all} files ${taken} ${taken === 1 ? 'was' : 'were'} taken`,
      ...(unseen > 0 ? [`${unseen} were not looked at`] : []),
      ...(failed.length > 0 ? [`${failed.length} cannot be used: ${reasons.join(', ')}${more}`] : []),
    ].join('; '),
    unseen > 0 ? `Drop up to ${most} at a time; Train learns from more.` : 'Convert them to PNG, or leave them out.',
    failed[0],
  );
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
