import { modelAmong } from '../state/model-among.js';
import type { BeatDesk } from './beat-desk.js';

/** Takes files that were dropped or chosen on the groove tab: a model of grooves is opened, else the drums of the first are laid on the desk. */
export async function receiveFiles(desk: BeatDesk, files: readonly File[]): Promise<void> {
  const { studio, announcer, report } = desk.session;
  const [file] = files;
  if (!file) return;
  try {
    const model = await modelAmong(files);
    if (model) return await desk.drummer.open({ files: model }, undefined);
    const { groove, tempo, remarks } = await studio.call('readBeat', { file });
    const all = files.length > 1 ? [...remarks, `of ${files.length} files the first is here`] : remarks;
    desk.put(groove);
    desk.change({ tempo });
    announcer.say([`${file.name} is on the desk.`, ...all.map((remark) => `${remark}.`)].join(' '));
    if (all.length > 0) desk.remark(`${file.name}: ${all.join('; ')}`);
  } catch (thrown) {
    report(thrown);
  }
}
