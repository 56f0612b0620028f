import { contactSheet } from '../../../layout/contact-sheet.js';
import type { PictureForm } from '../../../data/picture-set.js';
import type { Picture } from '../../../layout/picture.js';
import { enlarged, scaleFor } from './film.js';

/** A picture on a canvas of about 256 pixels, or of its own size. */
export function canvasOf(levels: Uint8Array, form: PictureForm, scale = scaleFor(form.size)): HTMLCanvasElement {
  const side = form.size * scale;
  return canvasWith(new ImageData(enlarged(levels, form, scale), side));
}

/** Pictures on a sheet of about square shape, as the command line lays them out. */
export function sheetOf(pictures: readonly Uint8Array[], form: PictureForm): HTMLCanvasElement {
  const scale = Math.max(1, Math.round(96 / form.size));
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const tiles = pictures.map((levels): Picture => {
    const rgba = enlarged(levels, form, scale);
    const data = Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, i) => rgba[4 * Math.floor(i / 3) + (i % 3)]);
    return { width: form.size * scale, height: form.size * scale, channels: 3, data };
  });
  const rows = Array.from({ length: Math.ceil(tiles.length / columns) }, (_, row) => ({
    title: '',
    pictures: tiles.slice(row * columns, (row + 1) * columns),
  }));
  const { width, height, data } = contactSheet(rows);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set([data[3 * i], data[3 * i + 1], data[3 * i + 2], 255], 4 * i);
  return canvasWith(image);
}

function canvasWith(image: ImageData): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
