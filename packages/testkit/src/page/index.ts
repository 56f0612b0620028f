// Driving pages in Chromium; apart from the rest, which most tests load without a browser
export { contrastFaultsOf, faultsOf, overhang, saved, statusOf } from './on-page.js';
export { closeBrowser, openBrowser } from './browser.js';
export { type Look, type PageVisit, type ServedSite, type Visited, visitPage } from './visit-page.js';
