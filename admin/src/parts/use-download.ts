import { download } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { saveBlob } from './save-file.js';
import { useAct } from './use-act.js';

/** Fetches a file of core's and hands it to the operator; a refusal is told, and never takes the place of the page. */
export function useDownload(body?: unknown) {
  const { texts } = useSpeech();
  return useAct(
    async (path: string) => {
      const { name, content } = await download(path, body);
      saveBlob(name, content);
    },
    { refresh: [], done: texts.fileSaved },
  );
}
