import { serveCommand } from '@advect/node';
import { openModel } from '../files/open.js';
import { siteFolder } from '../files/site-folder.js';

export const serve = serveCommand({
  summary: 'Serve the page: make, measure and change pictures in a browser.',
  happens: 'the pictures are computed',
  folder: siteFolder,
  modelFiles: async (where, signal) => (await openModel(where, signal)).files,
});
