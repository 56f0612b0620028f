export { optdigits } from './data/optdigits.js';
export { choosePictures, pictureDim, type Credit, type PictureForm, type Pictures, type PictureSet } from './data/picture-set.js';
export { program } from './program.js';
