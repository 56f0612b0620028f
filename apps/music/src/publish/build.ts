import { fileURLToPath } from 'node:url';
import { buildSite, type SiteReport } from '@advect/web/bundle';
import { shippedModels } from '../files/shipped.js';
import { siteFolder } from '../files/site-folder.js';
import { usualModel } from '../web/state/settings.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the page from the compiled programs and page/. */
export const buildPage = (out: string = siteFolder): Promise<SiteReport> =>
  buildSite({
    entries: {
      main: here('../web/main.js'),
      'studio-worker': here('../web/studio-worker.js'),
      'sound-worker': here('../web/sound-worker.js'),
      worker: fileURLToPath(new URL('threads/worker.js', import.meta.resolve('@advect/compiler'))),
      style: here('../../page/style/style.css'),
    },
    page: here('../../page/static/'),
    models: shippedModels,
    modelsAtOnce: [usualModel],
    out,
  });
