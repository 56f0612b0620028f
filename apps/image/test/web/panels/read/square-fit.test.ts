import test from 'ava';
import sharp from 'sharp';
import { decodePicture } from '#src/codec/decode.js';
import { squareFit } from '#src/web/panels/read/square-fit.js';
import { key, uniforms } from '@advect/core/random';

/** Something like a photograph: soft shapes, one hard edge, a little noise. */
function scene(side: number): Uint8Array {
  const noise = uniforms(key(5), side * side * 3);
  return Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side), i % 3];
    const soft = 120 + 70 * Math.sin((x * (c + 1)) / 17) * Math.cos(y / (11 + 4 * c));
    return Math.max(0, Math.min(255, Math.round((x > side / 2 && y > side / 3 ? soft * 0.3 : soft) + 12 * noise[i])));
  });
}

const withOpacity = (rgb: Uint8Array, opacity: (i: number) => number): Uint8Array =>
  Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, i) => (i % 4 === 3 ? opacity(i >> 2) : rgb[3 * (i >> 2) + (i % 4)]));

function fit(rgba: Uint8Array, side: number, size: number, channels: 1 | 3, rowsAtATime = side) {
  const square = squareFit(side, size, channels);
  for (let y = 0; y < side; y += rowsAtATime) {
    const rows = Math.min(rowsAtATime, side - y);
    square.add(rgba.subarray(y * side * 4, (y + rows) * side * 4), rows);
  }
  return square.finish();
}

for (const channels of [1, 3] as const) {
  for (const [side, size] of [
    [100, 28],
    [64, 32],
    [45, 44],
    [301, 8],
  ]) {
    test(`${side} to ${size}, ${channels === 1 ? 'grey' : 'colour'}: as the command line reads the same file`, async (t) => {
      const rgb = scene(side);
      const png = await sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
        .png()
        .toBuffer();
      const { picture } = await decodePicture(png, 'scene.png', { size, channels });
      const { data, exact } = fit(
        withOpacity(rgb, () => 255),
        side,
        size,
        channels,
        7,
      );
      t.false(exact);
      const distance = Math.max(...data.map((v, i) => Math.abs(v - picture.data[i])));
      t.true(distance <= 2, String(distance));
    });
  }
}

test('a picture that grows stays in its place: a slope stays the slope, a mirrored picture gives the mirrored result', (t) => {
  const slope = Uint8Array.from({ length: 20 * 20 * 3 }, (_, i) => 10 * (Math.floor(i / 3) % 20));
  const { data } = fit(
    withOpacity(slope, () => 255),
    20,
    32,
    1,
  );
  for (let x = 3; x < 29; x++) t.true(Math.abs(data[5 * 32 + x] - 10 * ((x + 0.5) / 1.6 - 0.5)) <= 0.51);
  const mirrored = (picture: Uint8Array, side: number) =>
    picture.map((_, i) => picture[3 * (Math.floor(i / 3 / side) * side + side - 1 - (Math.floor(i / 3) % side)) + (i % 3)]);
  const straight = fit(
    withOpacity(scene(20), () => 255),
    20,
    32,
    3,
  ).data;
  t.deepEqual(
    fit(
      withOpacity(mirrored(scene(20), 20), () => 255),
      20,
      32,
      3,
    ).data,
    mirrored(straight, 32),
  );
});

test('an enlarged small picture comes back exactly, also in parts, transparent parts black', (t) => {
  const small = scene(8);
  const large = Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % 40, Math.floor(i / 3 / 40)];
    return small[3 * (Math.floor(y / 5) * 8 + Math.floor(x / 5)) + (i % 3)];
  });
  t.deepEqual(
    fit(
      withOpacity(large, () => 255),
      40,
      8,
      3,
      3,
    ),
    { data: small, exact: true },
  );
  const hidden = fit(
    withOpacity(large, (i) => (i < 200 ? 0 : 255)),
    40,
    8,
    3,
  );
  t.true(hidden.exact);
  t.true(hidden.data.subarray(0, 24).every((v) => v === 0));
  t.deepEqual(hidden.data.subarray(24), small.subarray(24));
});

test('every grey is itself, every colour as bright as the command line says', async (t) => {
  const greys = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));
  t.deepEqual(
    [
      ...fit(
        withOpacity(greys, () => 255),
        16,
        16,
        1,
      ).data,
    ],
    Array.from({ length: 256 }, (_, v) => v),
  );
  const colours = scene(16);
  const png = await sharp(colours, { raw: { width: 16, height: 16, channels: 3 } })
    .png()
    .toBuffer();
  const { picture } = await decodePicture(png, 'colours.png', { size: 16, channels: 1 });
  const { data } = fit(
    withOpacity(colours, () => 255),
    16,
    16,
    1,
  );
  t.true(data.every((v, i) => Math.abs(v - picture.data[i]) <= 1));
});
