export { buildSite, type SiteOptions } from './build-site.js';
export { type SiteReport } from './site-report.js';
export { bundle, type Bundle } from './bundle.js';
