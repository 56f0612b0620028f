// Runs alone: it takes long.
// What is tried on the page in a browser: one file for AVA, so that all of it shares one built page and one Chromium.
import { closeBrowser } from '@advect/testkit/page';
import test from 'ava';
import './page.visits.js';
import './groove/groove.visits.js';
import './panels/live.visits.js';
import './panels/panels.visits.js';
import './panels/train.visits.js';
import './sound/player.visits.js';
import './sound/tone-offline.visits.js';

test.after.always(closeBrowser);
