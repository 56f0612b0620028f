import { inMemory, type SampleSet } from '../data-set.js';
import { holdOutTenth, labelsOf, rawPictures } from './packed-pictures.js';

const classes = ['UNUSED', 'dngn', 'effect', 'gui', 'item', 'misc', 'mon', 'player'];

/**
 * Pixel art of a roguelike game, red, green, blue and opacity, in its native size; tiles whose licence is not known are left
 * out, and so are copies. The packed file is only found in a local folder: the tiles have no address as one file.
 */
export const dcssTiles: SampleSet = {
  name: 'dcss-tiles',
  folder: 'dcss-tiles32',
  title: 'Dungeon Crawl Stone Soup tiles',
  by: 'the artists of Dungeon Crawl Stone Soup',
  licence: 'CC0 1.0',
  homepage: 'https://github.com/crawl/tiles',
  kind: 'pictures',
  event: [32, 32, 4],
  levels: 256,
  classes,
  counts: { train: 5017, test: 557 },
  remark: 'From a local folder only. Most tiles are partly transparent: lay them on a colour (onColour).',
  forms: [
    inMemory(
      [
        {
          name: 'dcss32.bin.gz',
          sha256: 'e7bc7c35676db340e828020d2f4370471a03ff6af65e3446ce73ae0207ce1dd1',
          limit: 4 * 2 ** 20,
          unzipped: { limit: 24 * 2 ** 20, hashed: 'inside' },
        },
        { name: 'dcss32.json', sha256: 'bd41c055eb55711ff71c0057bace1a9c7aca1a8de5571651dd1e8bc1db280313', limit: 2 ** 20 },
      ],
      ([bytes, about]) => {
        const x = rawPictures(bytes, [32, 32, 4]);
        return holdOutTenth({ x, labels: labelsOf(about, x.shape[0], classes.length) });
      },
    ),
  ],
};
