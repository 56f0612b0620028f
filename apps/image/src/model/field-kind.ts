import type { PictureForm } from '../data/picture-set.js';

/** The nets that a picture model can have. */
export const fieldKinds = ['mlp', 'unet'] as const;
export type FieldKind = (typeof fieldKinds)[number];

/** What suits each net where nothing else is asked for. */
export const usual: { readonly [kind in FieldKind]: Readonly<{ width: number; depth: number; steps: number; batch: number }> } = {
  mlp: { width: 256, depth: 4, steps: 8000, batch: 256 },
  unet: { width: 16, depth: 1, steps: 10_000, batch: 64 },
};

/** Pictures of which a U-Net's blocks can be halved, and that are large enough to need one. */
export const suitsUnet = ({ size }: Pick<PictureForm, 'size'>): boolean => size >= 12 && size % 4 === 0;

/** What a model can be trained for: to carry noise into pictures, to do so along straight ways, or to give pictures a high density. */
export const pictureObjectives = ['flow-matching', 'reflow', 'likelihood'] as const;
export type PictureObjective = (typeof pictureObjectives)[number];

/** Pairs that `reflow` learns from where nothing else is asked for. */
export const usualPairs = 20_000;

/** How the times of training are drawn; see `flowMatching` of the library. */
export const trainingTimes = ['uniform', 'logit-normal', 'likelihood'] as const;
export type TrainingTimes = (typeof trainingTimes)[number];

/** How the file of a model can keep its weights. */
export const storedWeights = ['float32', 'float16'] as const;
export type StoredWeights = (typeof storedWeights)[number];
