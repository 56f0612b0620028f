export { importFfjord, type ImportFfjordOptions } from './ffjord.js';
export { importTorchcfm, type ImportTorchcfmOptions } from './torchcfm.js';
export { importZuko, type ImportZukoOptions } from './zuko.js';
export { importUnet, type ImportUnetOptions } from './unet.js';
