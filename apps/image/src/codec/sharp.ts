import sharp from 'sharp';

// libvips reads some fifty kinds of file, SVG with its fonts and links among them; three are enough here.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'] });
sharp.cache(false);

export { sharp };
