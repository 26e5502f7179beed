import { chromium } from 'playwright-core';
const [,, base, out] = process.argv;
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, path, w, h, scheme] of [
  ['explore-dark','/ui/?from=now-24h',1440,900,'dark'],
  ['explore-light','/ui/?from=now-3h&group=service,instance',1440,900,'light'],
  ['changes','/ui/changes',1440,900,'dark'],
  ['before','/ui/before',1440,900,'light'],
  ['status','/ui/status',1440,900,'dark'],
  ['explore-390','/ui/?from=now-6h',390,844,'dark'],
]) {
  const c = await b.newContext({ viewport: { width: w, height: h }, colorScheme: scheme });
  const p = await c.newPage();
  p.on('console', m => { if (m.type()==='error') console.log(name, m.text()); });
  await p.goto(base + path); await p.waitForTimeout(4000);
  await p.screenshot({ path: `${out}/${name}.png` });
  await c.close();
}
await b.close();
