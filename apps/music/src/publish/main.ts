import { siteFolder } from '../files/site-folder.js';
import { buildPage } from './build.js';

const { files, page } = await buildPage();
console.log(`${siteFolder}: ${files.length} files, ${Math.round(page / 1024)} KiB by gzip without the models`);
