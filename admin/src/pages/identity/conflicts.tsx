import {
  CONFLICT_DECISIONS,
  type ConflictDecision,
  type ConflictView,
  type Page,
  type ProfileSummary,
} from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Segmented, Space, Tag, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { api, get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { Pager, usePlace } from '../../parts/pager.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { StagePlace } from '../profiles.js';
import { ProfileLink, ReasonModal } from './parts.js';

type Status = ConflictView['status'];

/** What no rule could decide: both sides beside each other, four ways out. */
export function ConflictsTab() {
  const { texts } = useSpeech();
  const place = usePlace();
  const [status, setStatus] = useState<Status>('open');
  const conflicts = useQuery({
    queryKey: ['conflicts', status, place.cursor],
    queryFn: () => get<Page<ConflictView>>(`/identity/conflicts${query({ status, cursor: place.cursor, limit: 20 })}`),
  });
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      <Space>
        <Segmented<Status>
          value={status}
          onChange={(value) => (place.restart(), setStatus(value))}
          options={[
            { value: 'open', label: texts.open },
            { value: 'settled', label: texts.settled },
          ]}
        />
        {status === 'open' && <Typography.Text type="secondary">{texts.conflictsHint}</Typography.Text>}
      </Space>
      <Load query={conflicts}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <Empty description={texts.conflictsEmpty} />}
            <Queue items={items} />
            <Pager place={place} next={next} />
          </>
        )}
      </Load>
    </Space>
  );
}

function Queue({ items }: { items: ConflictView[] }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const [at, setAt] = useState(0);
  const [asked, setAsked] = useState<{ conflict: ConflictView; decision: ConflictDecision }>();
  const settle = useAct(
    (reason: string) =>
      api('POST', `/identity/conflicts/${asked!.conflict.id}/settle`, { decision: asked!.decision, reason }),
    { refresh: ['conflicts', 'quality', 'profile'], done: texts.saved },
  );
  useKeys(isAdmin && asked === undefined, (key) => {
    if (key === 'j') setAt(Math.min(items.length - 1, at + 1));
    if (key === 'k') setAt(Math.max(0, at - 1));
    const [decision, conflict] = [CONFLICT_DECISIONS[Number(key) - 1], items[at]];
    if (decision && conflict?.status === 'open') setAsked({ conflict, decision });
  });
  return (
    <>
      {items.map((conflict, n) => (
        <ConflictCard
          key={conflict.id}
          conflict={conflict}
          isHere={n === at}
          onDecide={(decision) => (setAt(n), setAsked({ conflict, decision }))}
        />
      ))}
      <ReasonModal
        title={asked ? texts[`decision_${asked.decision}`] : ''}
        okText={texts.save}
        isOpen={asked !== undefined}
        isPending={settle.isPending}
        isDanger={asked?.decision === 'merge' || asked?.decision === 'bar'}
        onOk={(reason) => settle.mutate(reason, { onSuccess: () => setAsked(undefined) })}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}

/** Keys act while no field has them. */
function useKeys(isOn: boolean, act: (key: string) => void): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const hear = ({ key, target }: KeyboardEvent) => {
      if (!(target instanceof HTMLInputElement)) act(key.toLowerCase());
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  });
}

interface CardProps {
  conflict: ConflictView;
  isHere: boolean;
  onDecide: (decision: ConflictDecision) => void;
}

function ConflictCard({ conflict, isHere, onDecide }: CardProps) {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  const { identifier, limitTitle, profile, other, status, settlement } = conflict;
  const line = profile.id === other.id ? texts.conflictFull : texts.conflictLine;
  return (
    <Card
      size="small"
      style={{ marginBottom: 12, ...(isHere && status === 'open' && { borderColor: '#1f7a5c' }) }}
      title={line
        .replace('{value}', `${say(identifier.title)} ${identifier.value}`)
        .replace('{limit}', say(limitTitle))}
      extra={<When at={conflict.at} />}
    >
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 16 }}>
        <Side title={texts.statedBy} profile={profile} />
        {other.id !== profile.id && <Side title={texts.heldBy} profile={other} />}
      </div>
      {status === 'open' && isAdmin && (
        <Space style={{ marginTop: 12 }}>
          {CONFLICT_DECISIONS.map((decision, n) => (
            <Button key={decision} size="small" danger={decision === 'bar'} onClick={() => onDecide(decision)}>
              {`${n + 1} ${texts[`decision_${decision}`]}`}
            </Button>
          ))}
        </Space>
      )}
      {settlement && (
        <Space style={{ marginTop: 12 }}>
          <Tag color="green">{texts[`decision_${settlement.decision}`]}</Tag>
          {settlement.by}
          <When at={settlement.at} />
          <Typography.Text type="secondary">{settlement.reason}</Typography.Text>
        </Space>
      )}
    </Card>
  );
}

function Side({ title, profile }: { title: string; profile: ProfileSummary }) {
  const { texts, say } = useSpeech();
  return (
    <div>
      <Typography.Text type="secondary">{title}</Typography.Text>
      <Space wrap style={{ display: 'flex' }}>
        <ProfileLink id={profile.id}>{profile.displayName ?? profile.id}</ProfileLink>
        {profile.stages.map((place) => (
          <StagePlace key={place.lifecycle} place={place} />
        ))}
        <span>{`${texts.eventCount} ${profile.events.toLocaleString()}`}</span>
        <span>
          {texts.lastSeen} <When at={profile.lastSeenAt} />
        </span>
      </Space>
      <div>
        {profile.identifiers.map(({ kind, value, title: kindTitle }) => (
          <Tag key={`${kind}${value}`}>{`${say(kindTitle)} ${value}`}</Tag>
        ))}
      </div>
    </div>
  );
}
