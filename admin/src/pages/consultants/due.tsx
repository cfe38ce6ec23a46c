import type { AssignmentView } from '@perennial/contract';
import { Tooltip, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { When } from '../../parts/when.js';
import { sayDuration } from './duration.js';

const DIGITS = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;
/** From here on the time that is left is shown as short. */
const SHORT_MS = 5 * 60_000;

/** How much time is left until the first contact, or how late it is; for the rest, since when. */
export function Due({ assignment, now }: { assignment: AssignmentView; now: number }) {
  const { texts, language } = useSpeech();
  const { status, dueAt, createdAt, contactedAt, closedAt } = assignment;
  if (status === 'closed') return <When at={closedAt} />;
  if (status === 'contacted') return <When at={contactedAt} />;
  const exact = (at: number) => new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en', { hour12: false });
  if (status === 'waiting' || dueAt === undefined)
    return (
      <Tooltip title={exact(createdAt)}>
        <Typography.Text type="secondary" style={DIGITS}>
          {texts.conWaited.replace('{t}', sayDuration(Math.max(0, now - createdAt), texts.conDays))}
        </Typography.Text>
      </Tooltip>
    );
  const left = dueAt - now;
  const said = (left < 0 ? texts.conLate : texts.conLeft).replace('{t}', sayDuration(left, texts.conDays));
  return (
    <Tooltip title={exact(dueAt)}>
      <Typography.Text {...toneOf(left)} strong={left < 0} style={DIGITS}>
        {said}
      </Typography.Text>
    </Tooltip>
  );
}

function toneOf(left: number): { type?: 'danger' | 'warning' } {
  if (left < 0) return { type: 'danger' };
  return left < SHORT_MS ? { type: 'warning' } : {};
}
