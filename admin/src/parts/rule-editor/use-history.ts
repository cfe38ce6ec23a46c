import { useEffect, useState } from 'react';

interface Line<T> {
  past: T[];
  now: T;
  future: T[];
}

const KEPT = 100;

/** A value that can be undone and redone, by button and by keyboard. */
export function useHistory<T>(start: T) {
  const [line, setLine] = useState<Line<T>>({ past: [], now: start, future: [] });
  const set = (now: T) =>
    setLine(({ past, now: before }) => ({ past: [...past, before].slice(-KEPT), now, future: [] }));
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z' || isTyping(event.target)) return;
      event.preventDefault();
      setLine(event.shiftKey ? forth : back);
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
  const { past, now, future } = line;
  const undo = () => setLine(back);
  const redo = () => setLine(forth);
  return { value: now, set, undo, redo, canUndo: past.length > 0, canRedo: future.length > 0 };
}

const back = <T>(line: Line<T>): Line<T> =>
  line.past.length === 0
    ? line
    : { past: line.past.slice(0, -1), now: line.past.at(-1)!, future: [line.now, ...line.future] };

const forth = <T>(line: Line<T>): Line<T> =>
  line.future.length === 0
    ? line
    : { past: [...line.past, line.now], now: line.future[0]!, future: line.future.slice(1) };

/** A text field undoes its own letters. */
const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLInputElement && target.value !== '';
