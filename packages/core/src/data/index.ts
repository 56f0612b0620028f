export { batches, type BatchesOptions, type BatchItem, type LoadedBatch } from './batches.js';
export { gasRecipe, hepmassRecipe, mafCounts, type MafParts, minibooneRecipe, powerRecipe } from './maf/recipes.js';
export { augmentPictures, type AugmentPicturesOptions, onColour, type Pictures } from './pictures.js';
export { type Shares, splitRows } from './split-rows.js';
export { standardisation, type Standardisation, standardise } from './standardise.js';
export type { Table } from './table.js';
