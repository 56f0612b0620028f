import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { csvBlocks, gatherRows } from '#src/data/csv-blocks.js';
import { firstMonth, householdPower } from '#src/data/sets/uci-power.js';

/** The text in pieces of a size that divides no line. */
function* pieces(text: string, size = 65_521): Generator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const source = (text: string): AsyncIterable<Uint8Array> =>
  (async function* () {
    yield* pieces(text);
  })();

test('rows of a file of several blocks come whole and in order, without the header', async (t) => {
  const count = 150_000;
  const lines = Array.from({ length: count }, (_, i) => `${i},-${i}.5,${'0'.repeat(20)}${i % 7}\n`);
  let blocks = 0;
  const counting = async function* () {
    for await (const block of csvBlocks(source(`a,b,c\n${lines.join('')}`), { header: true, delimiter: ',' })) {
      blocks++;
      yield block;
    }
  };
  const { shape, data } = await gatherRows(counting());
  t.true(blocks > 1);
  t.deepEqual(shape, [count, 3]);
  t.true(
    Array.from({ length: count }, (_, i) => i).every((i) => data[3 * i] === i && data[3 * i + 1] === -i - 0.5 && data[3 * i + 2] === i % 7),
  );
});

test('a short file, with and without a header and a last newline', async (t) => {
  const rows = async (text: string, header: boolean) => [...(await gatherRows(csvBlocks(source(text), { header, delimiter: ',' }))).data];
  t.deepEqual(await rows('a,b\n1,2\n3,4', true), [1, 2, 3, 4]);
  t.deepEqual(await rows('1,2\n3,4\n', false), [1, 2, 3, 4]);
  await t.throwsAsync(rows('a,b\n', true), { instanceOf: AdvectError, message: /no rows/ });
});

test('a line without end is refused before it is held', async (t) => {
  const endless = csvBlocks(source(`1,2\n${'1'.repeat(6 * 2 ** 20)}`), { header: false });
  await t.throwsAsync(gatherRows(endless), { instanceOf: AdvectError, message: /longer than/ });
});

const power = [
  'Date;Time;Global_active_power;Global_reactive_power;Voltage;Global_intensity;Sub_metering_1;Sub_metering_2;Sub_metering_3',
  '16/12/2006;17:24:00;4.216;0.418;234.840;18.400;0.000;1.000;17.000',
  '16/12/2006;17:25:00;?;?;?;?;?;?;',
  '17/12/2006;00:01:00;5.360;0.436;233.630;23.000;0.000;1.000;16.000',
];

test('household power: the minutes that miss nothing, and the minute of the day', (t) => {
  const kept = firstMonth(Buffer.from(`${power.join('\r\n')}\r\n`));
  t.is(Buffer.from(kept).toString(), `${[power[0], power[1], power[3]].join('\n')}\n`);
  const table = householdPower(Buffer.from(power.join('\n')));
  t.deepEqual(table.shape, [2, 8]);
  t.deepEqual([...table.data], [4.216, 0.418, 234.84, 18.4, 0, 1, 17, 17 * 60 + 24, 5.36, 0.436, 233.63, 23, 0, 1, 16, 1]);
});
