import test from 'ava';
import sharp from 'sharp';
import { pngSize } from '#src/web/panels/measure/png-size.js';
import { key, uniforms } from '@advect/core/random';
import { barePngSize } from '../../../png-chunks.js';

const kinds: Readonly<Record<string, (x: number, y: number, noise: number) => number>> = {
  flat: () => 90,
  slope: (x, y) => 3 * x + 4 * y,
  waves: (x, y) => 120 + 100 * Math.sin(x / 3) * Math.cos(y / 4),
  noise: (_x, _y, noise) => 255 * noise,
};

for (const channels of [1, 3] as const) {
  test(`the size is that of a file of libvips or less than a tenth from it, ${channels === 1 ? 'grey' : 'colour'}`, async (t) => {
    const size = 32;
    const noise = uniforms(key(3), size * size * channels);
    for (const [name, value] of Object.entries(kinds)) {
      const data = Uint8Array.from(
        noise,
        (u, i) => value(Math.floor(i / channels) % size, Math.floor(i / channels / size), u) + 5 * (i % channels),
      );
      const options = { raw: { width: size, height: size, channels } } as const;
      const sizes = await Promise.all(
        [true, false].map(async (adaptiveFiltering) =>
          barePngSize(
            await sharp(data, options)
              .toColourspace(channels === 1 ? 'b-w' : 'srgb')
              .png({ compressionLevel: 9, adaptiveFiltering })
              .toBuffer(),
          ),
        ),
      );
      const own = await pngSize(data, { size, channels, levels: 256, classes: [] });
      t.true(own <= 1.1 * Math.min(...sizes) && own >= 0.5 * Math.min(...sizes), `${name}: ${own}, ${sizes.join(', ')}`);
    }
  });
}
