import { Switch } from 'antd';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';
import { TOUCHED } from './touched.js';
import { useMyself } from './use-consultants.js';

/** The operator, if she is a consultant, comes on duty or goes off. */
export function Duty() {
  const { texts } = useSpeech();
  const myself = useMyself();
  const set = useAct((isOnDuty: boolean) => api('PUT', '/consultants/mine/duty', { isOnDuty }), { refresh: TOUCHED });
  if (!myself) return null;
  return (
    <Switch
      checked={myself.isOnDuty}
      loading={set.isPending}
      checkedChildren={texts.conOnDuty}
      unCheckedChildren={texts.conOffDuty}
      onChange={(next) => set.mutate(next)}
    />
  );
}
