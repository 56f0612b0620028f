import { AdvectError } from '@advect/base/errors';
import { csvRecords, readZip } from '@advect/core/io';
import type { DataFile } from '../data-file.js';
import { inMemory, type MusicSet, type Parts, type Piece } from '../data-set.js';
import { readEntry, tarEntries } from '../tar.js';

/** {train, valid, test} → chorales → steps of a sixteenth → [soprano, alto, tenor, bass]. */
export const choraleFile = {
  name: 'Jsb16thSeparated.json',
  url: 'https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/master/Jsb16thSeparated.json',
  sha256: '79294cc374f9252e95ef4b703161524c1c53dc1f712c236f00f1c1f5d54af5a7',
  limit: 4 * 2 ** 20,
} satisfies DataFile;

/**
 * Four-part chorales by J. S. Bach on a grid of sixteenth notes: soprano, alto, tenor, bass as MIDI pitches, −1 for
 * silence. Split as by Boulanger-Lewandowski, Bengio and Vincent (2012), arXiv:1206.6392; encoded by M. Allan.
 */
export const jsbChorales: MusicSet = {
  name: 'jsb-chorales',
  folder: 'jsb-chorales',
  title: 'JSB chorales',
  by: 'J. S. Bach; encoded by M. Allan, collected by C.-Z. A. Huang',
  licence: 'the music is in the public domain; for the encoding none is stated',
  homepage: 'https://github.com/czhuang/JSB-Chorales-dataset',
  kind: 'music',
  event: [],
  classes: [],
  counts: { train: 229, validation: 76, test: 77 },
  forms: [
    inMemory([choraleFile], ([json]) => {
      const parts = JSON.parse(new TextDecoder().decode(json)) as Record<'train' | 'valid' | 'test', number[][][]>;
      const read = (part: keyof typeof parts): Piece[] =>
        parts[part].map((steps, i) => ({
          name: `${part} ${i}`,
          content: { pitches: { shape: [steps.length, 4], data: Int32Array.from(steps.flat()) } },
        }));
      return { train: read('train'), validation: read('valid'), test: read('test') };
    }),
  ],
};

/**
 * Drum performances of ten drummers as MIDI files, with the strength and the time of each stroke as it was played.
 * Reference: Gillick, Roberts, Engel, Eck and Bamman (2019), "Learning to groove with inverse sequence transformations".
 */
export const grooveMidi: MusicSet = {
  name: 'groove-midi',
  folder: 'groove-midi',
  title: 'Groove MIDI Dataset 1.0.0',
  by: 'Google LLC (Magenta)',
  licence: 'CC BY 4.0',
  homepage: 'https://magenta.tensorflow.org/datasets/groove',
  kind: 'music',
  event: [],
  classes: [],
  counts: { train: 897, validation: 124, test: 129 },
  forms: [
    inMemory(
      [
        {
          name: 'groove-v1.0.0-midionly.zip',
          url: 'https://storage.googleapis.com/magentadata/datasets/groove/groove-v1.0.0-midionly.zip',
          sha256: '651cbc524ffb891be1a3e46d89dc82a1cecb09a57c748c7b45b844c4841dcc1e',
          limit: 4 * 2 ** 20,
        },
      ],
      async ([bytes]) => {
        const files = new Map<string, Uint8Array>();
        for (const entry of readZip(bytes, { limit: 64 * 2 ** 20 })) files.set(entry.name, await entry.read());
        return performances(files);
      },
    ),
    inMemory(
      [
        {
          name: 'groove-v1.0.0-midionly.tar.gz',
          sha256: '1a0c66317370cf90166de75b02d5d0191d836060692a741f87bfde5b5310592a',
          limit: 4 * 2 ** 20,
        },
      ],
      async ([bytes]) => {
        const files = new Map<string, Uint8Array>();
        for await (const entry of tarEntries(bytes, 'of Groove')) files.set(entry.name, await readEntry(entry, 16 * 2 ** 20));
        return performances(files);
      },
    ),
  ],
};

/** The list info.csv says to which part each file belongs. */
function performances(files: ReadonlyMap<string, Uint8Array>): Parts<readonly Piece[]> {
  const lists = { train: [] as Piece[], validation: [] as Piece[], test: [] as Piece[] };
  for (const row of csvRecords(fileOf(files, 'groove/info.csv'))) {
    const [name, part] = [row.get('midi_filename') ?? '', row.get('split') ?? ''];
    if (!Object.hasOwn(lists, part)) throw new AdvectError('invalid-file', `info.csv has a part '${part}'`, 'Fetch the archive again.');
    lists[part as keyof typeof lists].push({ name, content: { midi: fileOf(files, `groove/${name}`) } });
  }
  return lists;
}

function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const file = files.get(name);
  if (file) return file;
  throw new AdvectError('invalid-file', `the archive of Groove lacks ${name}`, 'Fetch it again.');
}
