import { type Browser, chromium } from 'playwright-core';
import { chromiumLaunch } from '../chromium.js';

let opened: Promise<Browser> | undefined;

/** The Chromium of this test file: started when it is first asked for, and again should it have ended meanwhile. */
export async function openBrowser(): Promise<Browser> {
  if (!(await opened)?.isConnected()) opened = chromium.launch(chromiumLaunch);
  return opened!;
}

/** Ends it. */
export const closeBrowser = async (): Promise<void> => (await opened)?.close();
