import { list, numeric } from '@advect/node';

/** Options that say which pictures of a model are meant. */
export const seriesOptions = {
  label: list({
    description: "classes that the pictures go through in turn: names, ranges such as 2-5, mixes such as 3+8 or 3+8:0.25, 'all' or 'none'",
    default: 'all',
    placeholder: 'A,B',
  }),
  count: numeric({ description: 'number of pictures', short: 'n', aliases: ['num'], integer: true, min: 1, max: 10_000, default: 16 }),
  index: numeric({
    description: 'begin with item N of the series, as it would be in the whole; without --count this one alone',
    short: 'i',
    integer: true,
    min: 0,
    max: 1e9,
  }),
};

/** Options that say what the noise is and how far it is trusted. */
export const drawOptions = {
  seed: numeric({
    description: 'where the noise comes from: the same seed gives the same pictures',
    short: 's',
    integer: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    defaultText: 'drawn, printed, and kept in the file',
  }),
  temperature: numeric({
    description: 'scale of the noise: below 1 more typical, less varied',
    short: 't',
    min: 0,
    max: 2,
    defaultText: "the model's, else 1",
  }),
  guidance: numeric({
    description: 'scale of classifier-free guidance: above 1 the class shows more, and variety less',
    short: 'g',
    min: 0,
    max: 20,
    defaultText: "the model's, else 1, the bare model",
  }),
};
