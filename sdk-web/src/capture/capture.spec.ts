import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { aPage, leave, setVisible, type TestPage } from '../../test-tools/page.js';
import type { PerennialOptions } from '../index.js';

let page: TestPage;
afterEach(() => {
  page.close();
  jest.restoreAllMocks();
});

async function after(
  body: string,
  options: Partial<PerennialOptions>,
  act: (find: (selector: string) => HTMLElement) => void | Promise<void>,
): Promise<TestPage['sent']> {
  page = aPage();
  document.body.innerHTML = body;
  // jsdom follows no link and sends no form; it says so on its console otherwise.
  document.body.addEventListener('click', (event) => event.preventDefault());
  document.body.addEventListener('submit', (event) => event.preventDefault());
  const perennial = page.make(options);
  await act((selector) => document.querySelector<HTMLElement>(selector)!);
  await perennial.flush();
  return page.sent;
}

const told = (sent: TestPage['sent']) => sent.map(({ event, properties }) => [event, properties]);

describe('clicks', () => {
  it('on a marked element are told by its name, with what its attributes say', async () => {
    const sent = await after(
      '<div data-perennial-click="Coupon Taken" data-perennial-coupon-id="c1" id="box"><b>领 取</b></div>',
      {},
      (find) => find('b').click(),
    );
    expect(told(sent)).toEqual([['Coupon Taken', { couponId: 'c1', id: 'box', text: '领 取' }]]);
  });

  it('on links to elsewhere and to files are told, on links within the site not', async () => {
    const sent = await after(
      '<a href="https://other.example/x">out</a><a href="/price.pdf?v=1">file</a><a href="/in">in</a><a href="tel:1">call</a>',
      { links: true },
      () => document.querySelectorAll('a').forEach((link) => link.click()),
    );
    expect(told(sent)).toEqual([
      ['Outbound Link Clicked', { text: 'out', url: 'https://other.example/x' }],
      ['File Downloaded', { text: 'file', url: 'http://localhost/price.pdf?v=1' }],
    ]);
  });

  it('on anything clickable are told when asked for, without texts when those are off', async () => {
    const body = '<button id="b"><i>Buy</i></button><p>text</p><div data-perennial-off><button>no</button></div>';
    const click = (find: (selector: string) => HTMLElement) =>
      ['i', 'p', '[data-perennial-off] button'].forEach((s) => find(s).click());
    expect(told(await after(body, { clicks: true }, click))).toEqual([
      ['Element Clicked', { tag: 'button', id: 'b', text: 'Buy' }],
    ]);
    page.close();
    expect(told(await after(body, { clicks: true, text: false }, click))).toEqual([
      ['Element Clicked', { tag: 'button', id: 'b' }],
    ]);
  });

  it('never carry what somebody typed, nor numbers and addresses that are somebody’s', async () => {
    const sent = await after(
      `<button>Pay 6222 0212 3456 7890 for a@b.cn</button>
       <a href="#" role="button"><input value="secret">x</a>
       <input type="submit" value="typed">
       <a href="#" id="e" contenteditable="true">draft</a>
       <button id="l">${'长'.repeat(200)}</button>`,
      { clicks: true },
      () => document.querySelectorAll<HTMLElement>('button,a,input').forEach((element) => element.click()),
    );
    const texts = sent.map(({ properties }) => properties['text']);
    expect(texts[0]).toBe('Pay *** for ***');
    expect(texts.slice(1).filter(Boolean)).toEqual(['长'.repeat(80)]);
    expect(JSON.stringify(sent)).not.toMatch(/secret|typed|draft/);
  });

  it('within a shadow tree are found', async () => {
    const sent = await after('<div id="host"></div>', { clicks: true }, (find) => {
      const root = find('#host').attachShadow({ mode: 'open' });
      root.innerHTML = '<button>In</button>';
      root.querySelector('button')!.click();
    });
    expect(told(sent)).toEqual([['Element Clicked', { tag: 'button', text: 'In' }]]);
  });
});

describe('forms', () => {
  const FORM = `<form id="lead" action="/lead?x=1">
    <input name="city" data-perennial-field value="成都"><input name="name" value="王芳">
    <input name="note" data-perennial-field="remark" value="6222021234567890">
    <input type="password" name="p" data-perennial-field value="p"><input name="id_card" data-perennial-field value="1">
    <input name="cc" autocomplete="cc-number" data-perennial-field value="4"><input type="hidden" name="h" data-perennial-field value="h">
    <input type="radio" name="way" data-perennial-field value="a"><input type="radio" name="way" data-perennial-field value="b" checked>
    <button>Send</button></form>`;

  it('are told once when begun and when submitted, with marked fields alone and never a secret', async () => {
    const sent = await after(FORM, { forms: true }, (find) => {
      for (const name of ['city', 'name']) find(`[name=${name}]`).dispatchEvent(new Event('input', { bubbles: true }));
      find('button').dispatchEvent(new Event('submit', { bubbles: true }));
      find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    });
    const form = { id: 'lead', action: '/lead' };
    expect(told(sent)).toEqual([
      ['Form Started', form],
      ['Form Submitted', { ...form, fields: { city: '成都', way: 'b' } }],
    ]);
  });

  it.each([
    '<div data-perennial-off><input NAME value="V"></div>',
    '<input NAME autocomplete="billing cc-csc" value="987">',
    '<input NAME autocomplete="section-a current-password" value="V">',
    '<input NAME autocomplete="one-time-code" value="1234">',
    '<input NAME name="login_pw" value="V">',
    '<input NAME name="userPwd" value="V">',
    '<input NAME style="-webkit-text-security: disc" value="V">',
    '<input NAME value="6222.0212.3456.7890">',
    '<input NAME value="６２２２０２１２３４５６７８９０">',
    '<textarea NAME>my card is 6222 0212 3456 7890, thanks</textarea>',
    '<input NAME name="smscode" value="1234">',
    '<input NAME name="verify_code" value="1234">',
    '<label>短信验证码 <input NAME value="1234"></label>',
    '<input NAME placeholder="请输入验证码" value="1234">',
    '<input NAME name="pin" value="1234">',
    '<input NAME name="api_key" value="V">',
    '<input NAME name="account" value="DE89 3704 0044 0532 0130 00">',
    '<input NAME name="passport" value="E12345678">',
    '<input NAME value="11010519491231002X">',
    '<input NAME value="110105491231002">',
    '<input NAME value="eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0">',
  ])('never tell of %s, though the page marked it', async (field) => {
    const body = `<form>${field.replace('NAME', 'data-perennial-field="f"')}
      <input name="color" data-perennial-field value="red 2026-11-28"></form>`;
    const sent = await after(
      body,
      { forms: true },
      (find) => void find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })),
    );
    expect(told(sent)).toEqual([['Form Submitted', { fields: { color: 'red 2026-11-28' } }]]);
  });

  it('tell of what is no secret: colours, sizes, days, phones that a page asks for, notes', async () => {
    const fields = {
      color: '红',
      shipping: 'SF-1234',
      day: '2026-11-28 10:00',
      mobile: '13812345678',
      spinner: 'x',
      company: 'Panda',
    };
    const body = Object.entries(fields).map(
      ([name, value]) => `<input name="${name}" data-perennial-field value="${value}">`,
    );
    const sent = await after(
      `<form>${body.join('')}</form>`,
      { forms: true },
      (find) => void find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })),
    );
    expect(told(sent)).toEqual([['Form Submitted', { fields }]]);
  });

  it('are not looked at unless asked for', async () => {
    const sent = await after(
      FORM,
      {},
      (find) => void find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })),
    );
    expect(sent).toEqual([]);
  });
});

describe('pages', () => {
  const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('that change their address within one document are told once each, with the page before as referrer', async () => {
    const sent = await after('', { pages: true }, async () => {
      history.pushState({}, '', '/a');
      history.replaceState({}, '', '/b');
      document.title = 'B';
      await tick();
      history.replaceState({ scroll: 1 }, '', '/b');
      history.pushState({}, '', '/b#part');
      await tick();
      history.back();
      await new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
      await tick();
      history.pushState({}, '', '/c?q=1');
      await tick();
    });
    const pages = sent.map(({ context }) => context.page);
    expect(pages.map(({ path, search }) => [path, search])).toEqual([
      ['/', ''],
      ['/b', ''],
      ['/c', '?q=1'],
    ]);
    expect(pages[1]).toMatchObject({ title: 'B', referrer: 'http://localhost/' });
  });

  it('tell of the part after # where that makes pages', async () => {
    const sent = await after('', { pages: true, hash: true }, async () => {
      location.hash = '#/cart';
      await new Promise((resolve) => window.addEventListener('hashchange', resolve, { once: true }));
      await tick();
    });
    expect(sent.map(({ context }) => context.page['url'])).toEqual(['http://localhost/', 'http://localhost/#/cart']);
  });

  it('of a document that is made ready beforehand are told when it is shown', async () => {
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true });
    let before = 0;
    const sent = await after('', { pages: true }, () => {
      before = page.sent.length;
      document.dispatchEvent(new Event('prerenderingchange'));
    });
    Object.defineProperty(document, 'prerendering', { value: false, configurable: true });
    expect([before, sent.length]).toEqual([0, 1]);
  });

  it('leave a history that others wrapped after us in working order', async () => {
    page = aPage();
    const perennial = page.make({ pages: true });
    const ours = history.pushState.bind(history);
    const calls: unknown[] = [];
    history.pushState = (...args) => {
      calls.push(args[2]);
      ours(...args);
    };
    perennial.close();
    history.pushState({}, '', '/wrapped');
    expect([calls, location.pathname]).toEqual([['/wrapped'], '/wrapped']);
    delete (history as Partial<History>).pushState;
  });
});

describe('engagement', () => {
  it('tells visible seconds and depth when a page is left or hidden, and counts no second twice', async () => {
    let now = 0;
    page = aPage();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    Object.defineProperty(document.documentElement, 'scrollHeight', { value: innerHeight * 2, configurable: true });
    const perennial = page.make({ pages: true, engagement: true });
    now = 10_000;
    setVisible(false);
    now = 60_000;
    setVisible(true);
    now = 64_400;
    Object.defineProperty(window, 'scrollY', { value: innerHeight, configurable: true });
    document.dispatchEvent(new Event('scroll'));
    Object.defineProperty(window, 'scrollY', { value: 0, configurable: true });
    history.pushState({}, '', '/next');
    await new Promise((resolve) => setTimeout(resolve, 5));
    now = 67_000;
    leave();
    leave();
    await perennial.flush();
    expect(page.of('Page Engaged').map(({ properties, context }) => [properties, context.page['path']])).toEqual([
      [{ seconds: 10, depth: 50 }, '/'],
      [{ seconds: 4, depth: 100 }, '/'],
      [{ seconds: 3, depth: 50 }, '/next'],
    ]);
    expect(page.names().filter((name) => name === 'page').length).toBe(2);
  });
});
