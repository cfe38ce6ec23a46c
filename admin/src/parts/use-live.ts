import type { LiveEvent } from '@perennial/contract';
import { useEffect, useRef, useState } from 'react';

const LIVE_ROWS = 200;
const RETRY_MS = 3_000;

interface Live {
  rows: LiveEvent[];
  isLost: boolean;
}

/** What core applies as it applies it, newest first; while paused, events pass by unseen. */
export function useLive(isPaused: boolean): Live {
  const [rows, setRows] = useState<LiveEvent[]>([]);
  const [isLost, setLost] = useState(false);
  const paused = useRef(isPaused);
  useEffect(() => {
    paused.current = isPaused;
  }, [isPaused]);
  useEffect(
    () => listen((event) => paused.current || setRows((known) => [event, ...known].slice(0, LIVE_ROWS)), setLost),
    [],
  );
  return { rows, isLost };
}

/** Opens the stream and keeps it open; returns what closes it. */
function listen(onEvent: (event: LiveEvent) => void, onLost: (isLost: boolean) => void): () => void {
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    stream = new EventSource('/api/v1/live');
    stream.addEventListener('open', () => onLost(false));
    stream.addEventListener('applied', ({ data }: MessageEvent<string>) => onEvent(JSON.parse(data) as LiveEvent));
    stream.addEventListener('error', () => {
      onLost(true);
      // The browser tries again after a broken connection, but not after an answer that was an error (core restarting
      // behind a proxy): that stream is closed for good.
      if (stream?.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY_MS);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    stream?.close();
  };
}
