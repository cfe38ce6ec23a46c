import { Button, Space } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../i18n/language.js';

/** Where one is in a list that is read page by page: the cursors that led here. */
export interface Place {
  cursor: string | undefined;
  isFirst: boolean;
  forward: (cursor: string) => void;
  back: () => void;
  restart: () => void;
}

export function usePlace(): Place {
  const [cursors, setCursors] = useState<string[]>([]);
  return {
    cursor: cursors.at(-1),
    isFirst: cursors.length === 0,
    forward: (cursor) => setCursors([...cursors, cursor]),
    back: () => setCursors(cursors.slice(0, -1)),
    restart: () => setCursors([]),
  };
}

/** Previous and next, under a list. */
export function Pager({ place, next }: { place: Place; next: string | undefined }) {
  const { texts } = useSpeech();
  return (
    <Space style={{ marginTop: 12, justifyContent: 'flex-end', width: '100%' }}>
      <Button disabled={place.isFirst} onClick={place.back}>
        {texts.previous}
      </Button>
      <Button disabled={!next} onClick={() => next && place.forward(next)}>
        {texts.next}
      </Button>
    </Space>
  );
}
