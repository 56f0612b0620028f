import type { DataFile } from '../data-file.js';
import { inMemory, type SampleSet } from '../data-set.js';
import { idxPictures } from './idx-pictures.js';

type Digests = readonly [trainImages: string, trainLabels: string, testImages: string, testLabels: string];

/** The four files of MNIST and of the sets made in its form. */
const fourFiles = (address: string, digests: Digests, hashed: 'file' | 'inside'): DataFile[] =>
  ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map((name, i) => ({
    name: `${name}-ubyte.gz`,
    url: `${address}${name}-ubyte.gz`,
    ...(digests[i].length === 64 ? { sha256: digests[i] } : { md5: digests[i] }),
    limit: 40 * 2 ** 20,
    unzipped: { limit: 48 * 2 ** 20, hashed },
  }));

const forms = (address: string, digests: Digests, hashed: 'file' | 'inside'): SampleSet['forms'] => [
  inMemory(fourFiles(address, digests, hashed), ([trainImages, trainLabels, testImages, testLabels]) => ({
    train: idxPictures(trainImages, trainLabels, 10),
    test: idxPictures(testImages, testLabels, 10),
  })),
];

const counts = { train: 60_000, test: 10_000 };
const shape = { kind: 'pictures', event: [28, 28, 1], levels: 256, counts } as const;

/**
 * Handwritten digits. Reference: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
 * recognition". Checksums: of the files inside, whose published MD5s (6bbc9ace…, a25bea73…, 2646ac64…, 27ae3e4e…) were
 * compared; the .gz around them differ from mirror to mirror.
 */
export const mnist: SampleSet = {
  name: 'mnist',
  folder: 'mnist',
  title: 'MNIST handwritten digits',
  by: 'Y. LeCun, C. Cortes and C. J. C. Burges',
  licence: 'none stated by its makers; derived from NIST Special Databases 1 and 3',
  homepage: 'http://yann.lecun.com/exdb/mnist/',
  ...shape,
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  forms: forms(
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    [
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    ],
    'inside',
  ),
};

/** Grey pictures of garments. Reference: Xiao, Rasul and Vollgraf (2017), arXiv:1708.07747. */
export const fashionMnist: SampleSet = {
  name: 'fashion-mnist',
  folder: 'fashion-mnist',
  title: 'Fashion-MNIST garments',
  by: 'H. Xiao, K. Rasul and R. Vollgraf (Zalando SE)',
  licence: 'MIT',
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  ...shape,
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  forms: forms(
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    [
      'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    ],
    'inside',
  ),
};

/**
 * Grey pictures of cursive Japanese characters, ten of them. Reference: Clanuwat et al. (2018), "Deep learning for
 * classical Japanese literature". Checksums: the MD5s of the .gz that torchvision compares with; its makers publish none.
 */
export const kmnist: SampleSet = {
  name: 'kmnist',
  folder: 'kmnist',
  title: 'Kuzushiji-MNIST cursive Japanese',
  by: 'Center for Open Data in the Humanities (CODH), adapted from the Kuzushiji Dataset of NIJL',
  licence: 'CC BY-SA 4.0',
  homepage: 'https://github.com/rois-codh/kmnist',
  ...shape,
  classes: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  forms: forms(
    'http://codh.rois.ac.jp/kmnist/dataset/kmnist/',
    [
      'bdb82020997e1d708af4cf47b453dcf7',
      'e144d726b3acfaa3e44228e80efcd344',
      '5c965bf0a639b31b8f53240b1b52f4d7',
      '7320c461ea6c1c855c0b718fb2a4b134',
    ],
    'file',
  ),
};
