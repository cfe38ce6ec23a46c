// What the buttons of the playground do. Plain JavaScript, as on the pages that embed the tracker.
let unplug;
const circular = {};
circular.self = circular;

const HOUSE = {
  name: 'house',
  before: (draft) => draft.event !== 'Secret',
  enrich: (event) => void (event.context.app = { name: 'playground' }),
  after: ({ type, event }) => void (document.title = `${type} ${event ?? ''}`),
};

const DO = {
  debug: () => perennial.debug(),
  track: () => perennial.track('Product Viewed', { sku: 'a1', price: 268 }),
  identify: () => perennial.identify('m1', { name: '王芳', city: '成都' }),
  switch: () => perennial.identify('m2'),
  group: () => perennial.group('store-7', { city: '成都' }),
  alias: () => perennial.alias('m1-new'),
  register: () => perennial.register({ shop: 's1' }),
  unregister: () => perennial.unregister('shop'),
  reset: () => perennial.reset(),
  large: () => perennial.track('Too Large', { text: 'x'.repeat(40_000) }),
  circular: () => perennial.track('Circular', circular),
  many: () => Array.from({ length: 500 }, (_, i) => perennial.track('One Of Many', { i })),
  flush: () => perennial.flush(),
  push: () => history.pushState({}, '', `/product/${Math.ceil(Math.random() * 99)}`),
  hash: () => (location.hash = `part-${Date.now()}`),
  yes: () => perennial.consent({ analytics: true, marketing: true }),
  no: () => perennial.consent({ analytics: false, marketing: false }),
  marketing: () => perennial.consent({ marketing: !perennial.consent().marketing }),
  plugin: () => (unplug ??= perennial.use(HOUSE)),
  unplug: () => (unplug?.(), (unplug = undefined)),
};

for (const button of document.querySelectorAll('[data-do]')) button.addEventListener('click', DO[button.dataset.do]);
for (const button of document.querySelectorAll('[data-mood]'))
  button.addEventListener('click', () => void fetch(`/mood?is=${button.dataset.mood}`));
document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());

async function show() {
  const { mood, received } = await (await fetch('/received')).json();
  document.querySelector('#mood').textContent = mood;
  document.querySelector('#state').textContent = JSON.stringify(
    { ids: perennial.ids(), consent: perennial.consent(), stats: perennial.stats(), stored: Object.keys(localStorage) },
    null,
    1,
  );
  document.querySelector('#received').textContent = received
    .toReversed()
    .map(({ type, event, name, properties, traits, receivedAt }) =>
      [receivedAt.slice(11, 19), type, event ?? name ?? '', JSON.stringify(properties ?? traits)].join('  '),
    )
    .join('\n');
}

perennial.ready(() => setInterval(() => void show().catch(() => undefined), 1000));
