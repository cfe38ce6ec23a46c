import type { ClockView, TakingBackView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Popconfirm, Button } from 'antd';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { useAct } from '../parts/use-act.js';
import { useSession } from '../session.js';

const REFRESH_MS = 5_000;

/** Shown while the server's clock is not to be trusted, and while what was done by a wrong one can be taken back. */
export function ClockNotice() {
  const { texts, language } = useSpeech();
  const { data } = useQuery({
    queryKey: ['clock'],
    queryFn: () => get<ClockView & { takingBack: TakingBackView }>('/clock'),
    refetchInterval: REFRESH_MS,
  });
  const say = (at: number) => new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en', { hour12: false });
  if (!data) return null;
  const { state, wall, expected, agreedAhead, takingBack } = data;
  const fill = (text: string) => text.replace('{wall}', say(wall)).replace('{expected}', say(expected));
  if (state !== 'right')
    return (
      <Notice
        message={fill(state === 'ahead' ? texts.clockAhead : texts.clockBehind)}
        path="/clock/agree"
        button={texts.clockAgree}
        confirm={texts.clockAgreeSure}
      />
    );
  if (agreedAhead === undefined) return null;
  const progress = `${texts.clockTakingBack} ${takingBack.done}`;
  return (
    <Notice
      message={takingBack.isRunning ? progress : texts.clockWasAhead.replace('{at}', say(agreedAhead))}
      path="/clock/take-back"
      button={texts.clockTakeBack}
      confirm={texts.clockTakeBackSure}
      isRunning={takingBack.isRunning}
    />
  );
}

interface NoticeProps {
  message: string;
  path: string;
  button: string;
  confirm: string;
  isRunning?: boolean;
}

function Notice({ message, path, button, confirm, isRunning = false }: NoticeProps) {
  const { isAdmin } = useSession();
  const act = useAct(() => api('POST', path), { refresh: ['clock', 'overview'] });
  const action = isAdmin && (
    <Popconfirm title={confirm} onConfirm={() => act.mutate(undefined)}>
      <Button size="small" loading={act.isPending || isRunning}>
        {button}
      </Button>
    </Popconfirm>
  );
  return <Alert type="warning" showIcon title={message} action={action} />;
}
