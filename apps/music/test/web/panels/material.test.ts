import test from 'ava';
import { writePiece } from '#src/codec/piece-file.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { createMaterial } from '#src/web/panels/train/material.js';
import { chorales } from '../../fixtures/chorales.js';

const about = { tempo: 80, key: { tonic: 0, mode: 'major' }, program: 52, title: '', settings: {} } as const;
const named = (name: string, score = chorales.train[0]) => ({
  name,
  file: new File([writePiece(name, pieceOfScore(score, about)) as Uint8Array<ArrayBuffer>], name),
});

test('what is taken away while it is read does not come back; what comes meanwhile is read as well', async (t) => {
  const material = createMaterial();
  const reading = material.read([named('one.mid')]);
  material.clear();
  await reading;
  t.deepEqual(material.gathered.value, { found: [], leftOut: [] });
  t.is(material.reading.value, undefined);
  await Promise.all([material.read([named('one.mid')]), material.read([named('two.mid', chorales.train[1])])]);
  t.deepEqual(
    material.gathered.value.found.map(({ name }) => name),
    ['one.mid', 'two.mid'],
  );
});

test('a file that is gone by now is left out with the reason, and the others are read', async (t) => {
  const gone = named('gone.mid');
  gone.file.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
  const material = createMaterial();
  await material.read([gone, named('one.mid')]);
  t.deepEqual(material.gathered.value.leftOut, [{ file: 'gone.mid', why: 'it cannot be read any more' }]);
  t.is(material.gathered.value.found.length, 1);
  t.is(material.reading.value, undefined);
});

test('of too many pieces those beyond the limit are left out with the reason, also where they come later', async (t) => {
  const material = createMaterial(1);
  const [one, two] = [named('one.mid'), named('two.mid', chorales.train[1])];
  await material.read([one]);
  t.deepEqual(material.gathered.value.leftOut, []);
  await material.read([two]);
  t.deepEqual(
    material.gathered.value.found.map(({ name }) => name),
    ['one.mid'],
  );
  t.deepEqual(material.gathered.value.leftOut, [{ file: 'two.mid', why: 'only the first 1 files are read' }]);
});
