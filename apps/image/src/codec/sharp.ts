import sharp from 'sharp';

// libvips reads some fifty kinds of file, SVG with its fonts and links among them; these are enough here.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((kind) => `VipsForeignLoad${kind}`) });
sharp.cache(false);

export { sharp };
