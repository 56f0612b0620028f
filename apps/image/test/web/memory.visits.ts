import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { CDPSession, Page } from 'playwright-core';
import { visit } from './visit.js';

/** What the page holds on to once the collector has run. */
async function held(page: Page, session: CDPSession) {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string): number => metrics.find((one) => one.name === name)!.value;
  const worker = page.workers().find((one) => one.url().includes('studio-worker'))!;
  const tensors = await worker.evaluate(
    () => (globalThis as unknown as Record<string, { memory(): { numTensors: number } }>)['_tfengine'].memory().numTensors,
  );
  return { nodes: metric('Nodes'), listeners: metric('JSEventListeners'), tensors };
}

test.serial('walls, panels, dialogs and models that come and go leave no nodes, listeners and tensors behind', async (t) => {
  await visit(t, {}, async ({ page, context }) => {
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    const tab = (name: string) => page.locator('.tab', { hasText: name }).click();
    const hangs = () => page.locator('.wall[aria-busy="false"][data-empty="false"]').waitFor();
    let seed = 100;
    const round = async (): Promise<void> => {
      await page.getByLabel('Seed', { exact: true }).fill(String(++seed));
      await page.keyboard.press('Enter');
      await page.locator(`.wall[aria-label$="seed ${seed}"]`).waitFor();
      for (const name of ['Morph', 'Inpaint', 'Edit', 'Train', 'Save']) await tab(name);
      await tab('Save');
      await page.getByRole('button', { name: 'Keep', exact: true }).click();
      await page.locator('.kept .remove').click();
      await page.keyboard.press('m');
      await page.locator('.shelf button', { hasText: 'digits8' }).click();
      await page.getByRole('dialog', { name: 'Models' }).waitFor({ state: 'hidden' });
      await hangs();
    };
    await round();
    const before = await held(page, session);
    for (let i = 0; i < 2; i++) await round();
    t.true(Number.isInteger(before.tensors));
    // A panel has a hundred nodes. What was there last may wait for a frame, a timer or the collector; what is left behind stays.
    const most = { nodes: before.nodes + 60, listeners: before.listeners + 20 };
    let after = await held(page, session);
    for (let tries = 0; tries < 40 && (after.nodes >= most.nodes || after.listeners >= most.listeners); tries++) {
      await setTimeout(250);
      after = await held(page, session);
    }
    t.is(after.tensors, before.tensors);
    t.true(after.nodes < most.nodes, `${before.nodes} nodes, then ${after.nodes}`);
    t.true(after.listeners < most.listeners, `${before.listeners} listeners, then ${after.listeners}`);
  });
});
