import type { PlanEvent } from '@perennial/contract';
import { App, Button, Upload } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { readText } from '../../parts/read-file.js';
import { saveFile } from '../../parts/save-file.js';

/** A plan as a file: to keep beside the tracker's code, to carry to another source. */
export function ExportButton({ id, events }: { id: string; events: PlanEvent[] }) {
  const { texts } = useSpeech();
  return (
    <Button
      disabled={events.length === 0}
      onClick={() => saveFile(`plan-${id}.json`, JSON.stringify({ events }, null, 2), 'application/json')}
    >
      {texts.edgeExport}
    </Button>
  );
}

/** Replaces the plan's events; core looks at each place of them when they are saved. */
export function ImportButton({ onRead }: { onRead: (events: PlanEvent[]) => void }) {
  const { texts } = useSpeech();
  const { message } = App.useApp();
  const read = async (file: File) => {
    const events = eventsIn(await readText(file));
    if (!events) return void message.error(texts.edgeImportWrong);
    onRead(events);
    void message.success(texts.edgeImported.replace('{n}', String(events.length)));
  };
  return (
    <Upload accept=".json,application/json" showUploadList={false} beforeUpload={(file) => (void read(file), false)}>
      <Button>{texts.edgeImport}</Button>
    </Upload>
  );
}

/** `{ events: [...] }` or the list alone. */
function eventsIn(text: string): PlanEvent[] | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    const events = Array.isArray(value) ? (value as unknown[]) : (value as { events?: unknown } | null)?.events;
    const isEvent = (event: unknown) =>
      typeof (event as PlanEvent | null)?.name === 'string' && Array.isArray((event as PlanEvent).properties);
    return Array.isArray(events) && events.every(isEvent) ? (events as PlanEvent[]) : undefined;
  } catch {
    return undefined;
  }
}
