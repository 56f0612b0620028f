import { AdvectError } from '@advect/base/errors';
import { readZip } from '@advect/core/io';
import { verifyBytes } from '../checksum.js';
import { type Choice, inMemory, type SampleSet, type Samples } from '../data-set.js';
import { holdOutTenth, labelsOf, rawPictures } from './packed-pictures.js';

const classes = ['UNUSED', 'dngn', 'effect', 'gui', 'item', 'misc', 'mon', 'player'];
const side = 32;
/** The first folder of the older release, where it is not the class itself. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['dc-dngn', 'dngn'],
  ['dc-misc', 'misc'],
  ['dc-mon', 'mon'],
  ['spells', 'gui'],
]);
const releases = ['releases/Nov-2015/', 'releases/Ancient/Oct-5-2010/'];
const commit = 'a6ea1655db5c044829d9eea19a232fa6fcac87b0';
/** Of all pixels, behind one another: whatever the archive around them is packed like. */
const sha256 = 'e7bc7c35676db340e828020d2f4370471a03ff6af65e3446ce73ae0207ce1dd1';

/**
 * Pixel art of a roguelike game, red, green, blue and opacity, in its native size; tiles whose licence is not known are left
 * out, and so are copies. The archive of its repository has no published checksum: the pixels themselves are checked.
 */
export const dcssTiles: SampleSet = {
  name: 'dcss-tiles',
  folder: 'dcss-tiles32',
  title: 'Dungeon Crawl Stone Soup tiles',
  by: 'the artists of Dungeon Crawl Stone Soup',
  licence: 'CC0 1.0',
  homepage: 'https://github.com/crawl/tiles',
  kind: 'pictures',
  event: [side, side, 4],
  levels: 256,
  classes,
  counts: { train: 5017, test: 557 },
  remark: 'Most tiles are partly transparent: lay them on a colour (onColour).',
  forms: [
    inMemory(
      [
        { name: 'dcss32.bin.gz', sha256, limit: 4 * 2 ** 20, unzipped: { limit: 24 * 2 ** 20, hashed: 'inside' } },
        { name: 'dcss32.json', sha256: 'bd41c055eb55711ff71c0057bace1a9c7aca1a8de5571651dd1e8bc1db280313', limit: 2 ** 20 },
      ],
      ([bytes, about]) => {
        const x = rawPictures(bytes, [side, side, 4]);
        return holdOutTenth({ x, labels: labelsOf(about, x.shape[0], classes.length) });
      },
    ),
    inMemory(
      [{ name: 'tiles.zip', url: `https://github.com/crawl/tiles/archive/${commit}.zip`, pinned: true, limit: 32 * 2 ** 20 }],
      async ([archive], { decode }) => {
        const tiles = await tilesOf(archive, decode);
        verifyBytes(tiles.x.data as Uint8Array, { sha256 }, 'the archive of the tiles', 'Fetch it again.');
        return holdOutTenth(tiles);
      },
    ),
  ],
};

/** The tiles of both releases in the order of their names, files of a folder before its sub-folders. */
export async function tilesOf(archive: Uint8Array, decode: Choice['decode']): Promise<Required<Samples>> {
  if (!decode) throw new AdvectError('invalid-option', 'the tiles come as PNG pictures', 'Give `decode`, which reads one.');
  const entries = readZip(archive, { limit: 256 * 2 ** 20 }).map((entry) => ({ ...entry, name: entry.name.replace(/^[^/]*\//, '') }));
  const list = entries.find(({ name }) => name === 'TILES_UNDER_UNKNOWN_LICENSE.md');
  if (!list) throw new AdvectError('invalid-file', 'the archive lacks the list of tiles of unknown licence', 'Fetch it again.');
  const unknown = new Set(new TextDecoder().decode(await list.read()).match(/[^\s/]+\.png/g));
  const kept = new Map<string, { pixels: Uint8Array; label: number }>();
  for (const release of releases) {
    const inside = entries.filter(({ name }) => name.startsWith(release) && name.endsWith('.png'));
    for (const { name, read } of inside.sort((a, b) => (orderOf(a.name) < orderOf(b.name) ? -1 : 1))) {
      const { width, height, channels, data } = await decode(await read());
      if (width !== side || height !== side || channels !== 4) continue;
      const pixels = data.slice();
      for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] === 0) pixels.fill(0, at, at + 3);
      const [folder] = name.slice(release.length).split('/');
      const same = Buffer.from(pixels.buffer).toString('latin1');
      // What a tile of unknown licence shows is left out under any name that comes later.
      const isFree = !unknown.has(name.slice(name.lastIndexOf('/') + 1));
      if (!kept.has(same)) kept.set(same, { pixels, label: isFree ? classes.indexOf(renamed.get(folder) ?? folder) : -1 });
    }
  }
  const tiles = [...kept.values()].filter(({ label }) => label >= 0);
  const x = new Uint8Array(tiles.length * side * side * 4);
  tiles.forEach(({ pixels }, i) => x.set(pixels, i * pixels.length));
  return { x: rawPictures(x, [side, side, 4]), labels: Int32Array.from(tiles, ({ label }) => label) };
}

/** A text by which names sort with the files of a folder before its sub-folders. */
const orderOf = (name: string): string =>
  name
    .split('/')
    .map((part, i, all) => `${i === all.length - 1 ? '\u0001' : '\u0002'}${part}`)
    .join('');
