// Runs alone: it takes long.
// What is tried on the page in a browser: one file for AVA, so that all of it shares one built page and one Chromium.
import { closeBrowser } from '@advect/testkit/page';
import test from 'ava';
import './memory.visits.js';
import './page.visits.js';
import './stopped.visits.js';
import './panels/edit.visits.js';
import './panels/files.visits.js';
import './panels/measure.visits.js';
import './panels/morph.visits.js';
import './panels/pad.visits.js';
import './panels/train.visits.js';

test.after.always(closeBrowser);
