import { AdvectError } from '@advect/base/errors';

/** Offers bytes as a file of the visitor's own. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A canvas as a file of a type, such as 'image/webp'. Throws `unsupported` where the browser writes another instead, which it does unasked. */
export async function canvasBlob(canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, type, quality);
  });
  if (blob?.type === type) return blob;
  throw new AdvectError('unsupported', `this browser writes no ${type}`, 'Save as PNG, which every browser writes.');
}
