import type { Envelope, Tracker } from '../core/index.js';

const SHOWN = 50;
const REFRESH_MS = 1000;
const BOX = {
  position: 'fixed',
  right: '12px',
  bottom: '12px',
  width: '380px',
  maxHeight: '70vh',
  overflow: 'auto',
  zIndex: '2147483647',
  padding: '10px 12px',
  borderRadius: '8px',
  background: '#14251c',
  color: '#e6f2ea',
  font: '12px/1.5 ui-monospace, Menlo, Consolas, monospace',
  boxShadow: '0 4px 24px rgba(0,0,0,.35)',
  whiteSpace: 'pre-wrap',
  wordBreak: 'break-all',
};

/** Whatever types of events a tracker has. */
type Watched = Pick<Tracker, 'consent' | 'ids' | 'on' | 'pending' | 'stats'>;

/** The tracker's state on the page, for whoever builds it in. Styles by the object model: a strict policy forbids other ways. */
export function showDebug(tracker: Watched): () => void {
  const box = document.createElement('div');
  box.setAttribute('data-perennial-off', '');
  Object.assign(box.style, BOX);
  const [state, list] = [document.createElement('div'), document.createElement('div')];
  const close = document.createElement('button');
  Object.assign(close.style, { float: 'right', font: 'inherit', cursor: 'pointer' });
  close.textContent = '×';
  close.setAttribute('aria-label', 'close');
  box.append(close, state, list);
  const recent: Envelope[] = tracker.pending().slice(-SHOWN);
  const errors: string[] = [];
  const draw = () => {
    const waiting = new Set(tracker.pending().map(({ messageId }) => messageId));
    state.textContent = stateOf(tracker, errors);
    list.textContent = recent
      .map((_, i) => recent[recent.length - 1 - i]!)
      .map((event) => lineOf(event, waiting.has(event.messageId)))
      .join('\n');
  };
  const undo = [
    tracker.on('after', (event) => {
      recent.push(event);
      recent.splice(0, recent.length - SHOWN);
      draw();
    }),
    tracker.on('sent', draw),
    tracker.on('consent', draw),
    tracker.on('error', (error) => {
      errors.push(String(error));
      errors.splice(0, errors.length - 5);
      draw();
    }),
  ];
  const timer = setInterval(draw, REFRESH_MS);
  const hide = () => {
    clearInterval(timer);
    for (const work of undo.splice(0)) work();
    box.remove();
  };
  close.addEventListener('click', hide);
  document.body.append(box);
  draw();
  return hide;
}

function stateOf(tracker: Watched, errors: string[]): string {
  const { queued, sent, dropped, refused, errors: count } = tracker.stats();
  return [
    'Perennial 常青',
    ...Object.entries(tracker.ids()).map(([name, id]) => `${name}: ${String(id)}`),
    `consent: ${JSON.stringify(tracker.consent())}`,
    `queued ${queued} · sent ${sent} · refused ${refused} · dropped ${dropped} · errors ${count}`,
    ...errors.map((error) => `! ${error}`),
    '',
  ].join('\n');
}

function lineOf({ type, event, name, timestamp, properties, traits }: Envelope, isWaiting: boolean): string {
  const what = event || name || '';
  return `${isWaiting ? '○' : '●'} ${timestamp.slice(11, 19)} ${type} ${what} ${JSON.stringify(properties || traits || {})}`;
}
