import { Phone, Program } from '@perennial/plugin-miniprogram/emulator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, WRITE_KEY, type System } from '../tools/system.js';

const plugin = join(import.meta.dirname, '../../plugins/miniprogram');
const PRODUCT = 'pages/product/product';
const EXAMPLE_KEY = 'wk_example_0123456789';

/** What "构建 npm" takes of the package: the folder that its manifest names, entered by `index.js`. */
function builtPackage(): Record<string, string> {
  const folder = join(plugin, 'dist/tracker/perennial-mini');
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  return { [manifest['name']!]: readFileSync(join(folder, manifest['miniprogram']!, 'index.js'), 'utf8') };
}

/** A phone with the example's shop, and the system's collector, behind the addresses that the example knows. */
function aPhone(system: System, member: string): Phone {
  const phone = new Phone(async ({ url, method, header, body }) => {
    if (url === 'https://shop.example.com/login')
      return {
        status: 200,
        body: JSON.stringify({
          openid: `o-${member}`,
          unionid: `u-${member}`,
          member: { id: member, phone: '13912340001' },
        }),
      };
    const address = url.replace('https://events.example.com', system.collectorUrl);
    const answer = await fetch(address, { method, headers: header, body: body.replace(EXAMPLE_KEY, WRITE_KEY) });
    return { status: answer.status, header: Object.fromEntries(answer.headers), body: await answer.text() };
  });
  phone.domains.push('https://shop.example.com');
  return phone;
}

const load = (phone: Phone, launch: object) =>
  new Program({ phone, folder: join(plugin, 'example'), npm: builtPackage(), launch });

const sent = (program: Program) => eventually(() => Promise.resolve(!program.isBusy));

/** The example of the plugin, used offline, ended by the vendor in the background, and opened again. Gives what it said. */
export async function useExample(system: System, member: string): Promise<string[]> {
  const phone = aPhone(system, member);
  const first = load(phone, { path: PRODUCT, query: { scene: 's%3Dposter%26c%3Dspring' }, scene: 1047 });
  first.start(PRODUCT, { id: 'SKU1' });
  await sent(first);
  first.online(false);
  first.tap('buy');
  first.hide();
  first.kill();

  phone.isOnline = true;
  const second = load(phone, { path: PRODUCT, query: {}, scene: 1089 });
  // Its clock is a day ahead now; the collector goes by the difference.
  second.evaluate('const own = Date.now; Date.now = () => own() + 86400000');
  second.start(PRODUCT, { id: 'SKU2' });
  second.share();
  second.hide();
  second.show();
  await sent(second);
  second.kill();
  const said = [
    '$bind, $identify, $identify, $page, $page, $page, App Launched, App Launched, App Shown, App Shown, App Shown',
    'App Hidden, App Hidden, Order Completed, Page Shared, Product Viewed, Product Viewed, Session Started, Session Started',
  ];
  return said.join(', ').split(', ').sort();
}
