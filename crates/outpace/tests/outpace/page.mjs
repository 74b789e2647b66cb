// Opens the report page in a real Chromium and reports what would disturb a reader: console errors, requests to
// any host, sideways scrolling, missing landmarks, text with too little contrast. One JSON object on stdout.
// usage: node page.mjs PAGE.html FOLDER-FOR-PICTURES   (NODE_PATH leads to playwright-core)
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
const { chromium } = createRequire(import.meta.url)(process.env.PLAYWRIGHT || 'playwright-core');
const [page_file, folder] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const report = { console: [], requests: [], overflow: [], landmarks: [], contrast: [], details: 0 };
const views = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 800 } }],
  ['small', { colorScheme: 'dark', viewport: { width: 480, height: 900 } }],
  ['middle', { colorScheme: 'light', viewport: { width: 768, height: 1024 } }],
];
for (const [name, options] of views) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') report.console.push(`${name}: ${message.text()}`); });
  page.on('pageerror', (error) => report.console.push(`${name}: ${error}`));
  page.on('request', (request) => { if (!request.url().startsWith('file:')) report.requests.push(request.url()); });
  await page.goto(pathToFileURL(page_file).href);
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: name === 'light' || name === 'dark' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) report.overflow.push(`${name}: ${wide} px`);
  report.overflow.push(...await page.evaluate(sideways, name));
  if (name === 'light' || name === 'dark') report.contrast.push(...await page.evaluate(contrast, name));
  if (name === 'light') {
    report.landmarks = await page.evaluate(() => ['main', 'h1', 'header'].filter((tag) => !document.querySelector(tag)));
    report.details = await page.evaluate(() => document.querySelectorAll('details').length);
    report.title = await page.title();
    report.text = await page.evaluate(() => document.body.innerText.length);
    const first = page.locator('details > summary').first();
    if (await first.count()) { await first.focus(); await page.keyboard.press('Enter'); }
    report.opened = await page.evaluate(() => document.querySelectorAll('details[open]').length);
    await page.pdf({ path: `${folder}/print.pdf`, format: 'A4' });
  }
  await context.close();
}
await browser.close();
console.log(JSON.stringify(report));

// Pictures and tables that are seen and scroll sideways; a table in a closed fold is not.
function sideways(view) {
  const seen = [...document.querySelectorAll('.scroll')].filter((e) => e.offsetParent && !e.closest('details:not([open])'));
  return seen.filter((e) => e.scrollWidth > e.clientWidth + 1)
    .map((e) => `${view}: ${e.getAttribute('aria-label')} ${e.scrollWidth - e.clientWidth} px`);
}

// WCAG 2.2 contrast of every text against the nearest painted background.
function contrast(view) {
  const parse = (text) => { const m = text.match(/[\d.]+/g) || []; return m.map(Number); };
  const light = ([r, g, b]) => {
    const f = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const background = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || (c.length === 4 && c[3] > 0.99)) return c;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest('svg')) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(background(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.add(`${view}: ${element.tagName.toLowerCase()}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...poor].slice(0, 10);
}
