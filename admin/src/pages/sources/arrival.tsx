import type { SourceView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Spin } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { When } from '../../parts/when.js';

const EVERY_MS = 3_000;

/** Whether anything of the source has arrived; asked again until something has. */
export function Arrival({ id }: { id: string }) {
  const { texts } = useSpeech();
  const { data } = useQuery({
    queryKey: ['sources'],
    queryFn: () => get<SourceView[]>('/sources'),
    refetchInterval: ({ state }) => (eventsOf(id, state.data) > 0 ? false : EVERY_MS),
  });
  const events = eventsOf(id, data);
  if (events === 0) return <Alert type="info" icon={<Spin size="small" />} showIcon title={texts.snippetWaiting} />;
  const told = texts.snippetReceived.replace('{n}', events.toLocaleString());
  const lastAt = data?.find((source) => source.id === id)?.lastAt;
  return (
    <Alert
      type="success"
      showIcon
      title={
        <>
          {told}
          <When at={lastAt} />
        </>
      }
    />
  );
}

const eventsOf = (id: string, list?: SourceView[]): number => list?.find((source) => source.id === id)?.events ?? 0;
