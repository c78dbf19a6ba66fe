import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Held, heldBy } from '../heap.ts';
import { launchBrowser } from '../launch-browser.ts';
import { openPage } from '../open-page.ts';
import { testedSite } from './built-pages.ts';
import { fakeAnswers } from './fake-answers.ts';
import { startFakeLab } from './fake-lab.ts';

// What pages cost whoever keeps them open: memory, and the wait after a click.

const { url } = await testedSite();
const builtFolder = join(import.meta.dirname, '..', '..', '..', '..', 'site', 'dist');
const wide = { width: 1_280, colours: 'light' } as const;
const growthBytesMax = 5_000_000;
/** Half of what browsers still call a good answer; the shortest of some attempts, since other work only adds to it. */
const answerMsMax = 100;
const lessonsWithSimulators = ['limits', 'stampedes', 'caching', 'retries'];
const minuteTicks = 60;
const hourTicks = 60 * minuteTicks;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

function expectNoGrowth(before: Held, after: Held): void {
  expect(after.bytes - before.bytes).toBeLessThanOrEqual(growthBytesMax);
  // A list that shows the newest may be a little longer or shorter.
  expect(after.nodes - before.nodes).toBeLessThan(500);
  expect(after.listeners - before.listeners).toBeLessThan(50);
}

async function openSimulator(page: Page, topic: string): Promise<void> {
  await page.goto(`${url}/lessons/${topic}/`);
  await page.locator('.sim').first().getByRole('button', { name: 'Skip' }).click();
}

/** Runs in the page: moves every control to its other end and back, and lets the run go to its end, some times. */
async function useControls(rounds: number): Promise<void> {
  const sim = document.querySelector('.sim');
  if (sim === null) throw new Error('There is no simulator.');
  const turn = async (input: HTMLInputElement | HTMLSelectElement, isBack: boolean) => {
    if (input instanceof HTMLSelectElement) input.selectedIndex = isBack ? 0 : input.options.length - 1;
    else if (input.type === 'radio') input.checked = true;
    else input.value = isBack ? input.min : input.max;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
    // Tasks that the page has put off are done too.
    await new Promise((done) => setTimeout(done, 0));
  };
  for (let round = 0; round < rounds; round += 1) {
    const inputs = [
      ...sim.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input[type=range], input[type=radio], select'),
    ];
    for (const input of inputs) await turn(input, round % 2 === 0);
    const end = [...sim.querySelectorAll('button')].find(({ textContent }) => textContent === 'To the end');
    end?.click();
  }
}

test.each(lessonsWithSimulators)('the simulator of %s keeps nothing of what was set before', async (topic) => {
  await using opened = await openPage(browser, 'about:blank', wide);
  const { page } = opened;
  await openSimulator(page, topic);
  await page.evaluate(useControls, 6);
  const before = await heldBy(page);
  await page.evaluate(useControls, 30);
  expectNoGrowth(before, await heldBy(page));
});

/** Runs in the page: by control, the shortest time until all that an input changes is laid out. */
async function answerTimes(): Promise<[string, number][]> {
  const sim = document.querySelector('.sim');
  if (sim === null) throw new Error('There is no simulator.');
  const nameOf = (control: HTMLElement) => control.id || control.textContent || control.localName;
  const attempts = 5;
  const times: [string, number][] = [];
  const controls = [...sim.querySelectorAll<HTMLElement>('input[type=range], select, .sim-player button')];
  for (const control of controls.filter((one) => one.checkVisibility())) {
    let shortestMs = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const beganMs = performance.now();
      if (control instanceof HTMLInputElement) control.value = attempt % 2 === 0 ? control.max : control.min;
      if (control instanceof HTMLSelectElement) control.selectedIndex = attempt % control.options.length;
      if (control instanceof HTMLButtonElement) control.click();
      else for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }));
      sim.getBoundingClientRect();
      shortestMs = Math.min(shortestMs, performance.now() - beganMs);
      await new Promise((done) => setTimeout(done, 0));
    }
    times.push([nameOf(control), shortestMs]);
  }
  return times;
}

test.each(lessonsWithSimulators)('the simulator of %s answers each of its controls within 100 ms', async (topic) => {
  await using opened = await openPage(browser, 'about:blank', wide);
  await openSimulator(opened.page, topic);
  const times = await opened.page.evaluate(answerTimes);
  expect(times.length).toBeGreaterThan(4);
  expect(times.filter(([, ms]) => ms > answerMsMax)).toEqual([]);
});

test('a live run that is left open for an hour grows by 5 MB at most', { timeout: 120_000 }, async () => {
  await using lab = await startFakeLab(builtFolder, fakeAnswers);
  await using opened = await openPage(browser, `${lab.url}/console/run/#token=${lab.token}`, wide);
  const { page } = opened;
  await expect.poll(() => lab.resumed.length).toBe(1);
  const shown = () => page.locator('.strip-chart').first().locator('.legend b').first().textContent();
  const tellTicks = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const requestsPerSecond = index === count - 1 ? 777 : 150;
      lab.tell('tick', { s: { requestsPerSecond, failedPerSecond: index % 5, p50Ms: 5, p99Ms: 40 + (index % 50) } });
      lab.tell('log', { level: 'info', source: 'api-1', text: `request ${index} was answered` });
      // As fast as the page draws, or nearly so: nothing is drawn of what waits.
      if (index % minuteTicks === 0) await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await expect.poll(shown).toBe('777');
    lab.tell('tick', { s: { requestsPerSecond: 150, failedPerSecond: 0, p50Ms: 5, p99Ms: 40 } });
    await expect.poll(shown).toBe('150');
  };
  // What it keeps of a run is bounded; the growth to that bound counts too.
  await tellTicks(20 * minuteTicks);
  const before = await heldBy(page);
  await tellTicks(hourTicks);
  expectNoGrowth(before, await heldBy(page));
  expect(opened.complaints).toEqual([]);
});
