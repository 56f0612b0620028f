import { AdvectError } from '@advect/base/errors';
import { readZip, type ZipEntry } from '@advect/core/io';
import type { DataFile } from '../data-file.js';
import { inMemory, type SampleSet, type Samples } from '../data-set.js';
import { gunzip } from '../gunzip.js';
import { idxPictures } from './idx-pictures.js';

/** The archive of all splits. The MD5 is the one that torchvision compares with; NIST publishes none. */
const archive: DataFile = {
  name: 'gzip.zip',
  url: 'https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip',
  md5: '58c8d27c78d21e728a6bc7b3cc06412e',
  limit: 600 * 2 ** 20,
};

const digits = Array.from('0123456789');
const capitals = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
/** Small letters that look unlike their capitals: the others are merged with them. */
const distinct = Array.from('abdefghnqrt');
const merged = [...digits, ...capitals, ...distinct];
const everyCharacter = [...digits, ...capitals, ...Array.from('abcdefghijklmnopqrstuvwxyz')];

const splits = [
  ['balanced', merged, 112_800, 18_800],
  ['letters', capitals, 124_800, 20_800],
  ['digits', digits, 240_000, 40_000],
  ['byclass', everyCharacter, 697_932, 116_323],
  ['bymerge', merged, 697_932, 116_323],
] as const;

/**
 * Handwritten digits and letters of NIST Special Database 19 in the form of MNIST. Its files hold the pictures on their
 * side; they are set upright here. Reference: Cohen, Afshar, Tapson and van Schaik (2017), arXiv:1702.05373.
 */
export const emnist: readonly SampleSet[] = splits.map(([split, classes, train, test]) => ({
  name: `emnist-${split}`,
  folder: 'emnist',
  title: `EMNIST handwritten characters, split "${split}"`,
  by: 'G. Cohen, S. Afshar, J. Tapson and A. van Schaik (NIST)',
  licence: 'none stated; a work of the US government (NIST Special Database 19)',
  homepage: 'https://www.nist.gov/itl/products-and-services/emnist-dataset',
  kind: 'pictures',
  event: [28, 28, 1],
  levels: 256,
  counts: { train, test },
  classes,
  remark: 'One archive of 535 MB holds all splits.',
  forms: [
    inMemory([archive], async ([bytes]) => {
      const entries = readZip(bytes);
      const first = split === 'letters' ? 1 : 0;
      return {
        train: await readPart(entries, `${split}-train`, classes.length, first),
        test: await readPart(entries, `${split}-test`, classes.length, first),
      };
    }),
  ],
}));

async function readPart(entries: readonly ZipEntry[], part: string, classes: number, first: number): Promise<Samples> {
  const unpack = async (name: string): Promise<Uint8Array> => {
    const entry = entries.find((one) => one.name === name);
    if (!entry) throw new AdvectError('invalid-file', `the archive of EMNIST lacks ${name}`, 'Fetch it again.');
    return gunzip(await entry.read(), 2 ** 30, name);
  };
  const images = await unpack(`gzip/emnist-${part}-images-idx3-ubyte.gz`);
  const labels = await unpack(`gzip/emnist-${part}-labels-idx1-ubyte.gz`);
  return upright(idxPictures(images, labels, classes, first));
}

/** Rows and columns of each picture change places. */
function upright({ x, labels }: Samples): Samples {
  const [count, height, width] = x.shape;
  const data = new Uint8Array(x.data.length);
  for (let n = 0; n < count; n++) {
    const start = n * height * width;
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) data[start + column * height + row] = x.data[start + row * width + column];
  }
  return { x: { shape: [count, width, height, 1], data }, labels };
}
