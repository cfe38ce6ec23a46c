import type { IdentityChange, Page, ProfileSummary } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Checkbox, Empty, Input, Radio, Space, Typography } from 'antd';
import { useState } from 'react';
import { api, ApiError, get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';
import { StagePlace } from '../profiles.js';
import { ReasonModal } from './parts.js';

/** Finds the other profile, says what a limit has against it, and joins the two. */
export function MergeModal({ id, isOpen, onClose }: { id: string; isOpen: boolean; onClose: () => void }) {
  const { texts } = useSpeech();
  const navigate = useNavigate();
  const [sought, setSought] = useState('');
  const [other, setOther] = useState<string>();
  const [broken, setBroken] = useState<string[]>();
  const [isForced, setForced] = useState(false);
  const found = useQuery({
    queryKey: ['merge-search', sought],
    queryFn: () => get<Page<ProfileSummary>>(`/profiles${query({ q: sought })}`),
    enabled: sought !== '',
  });
  const merge = useAct(
    (reason: string) => api<IdentityChange>('POST', '/profiles/merge', { profiles: [id, other], reason, isForced }),
    { refresh: ['identity', 'profile', 'profiles'], done: texts.mergeDone },
  );
  const leave = () => (setSought(''), setOther(undefined), setBroken(undefined), setForced(false), onClose());
  const submit = (reason: string) =>
    merge.mutate(reason, {
      onSuccess: ({ profiles }) => (leave(), void navigate({ to: '/profiles/$id', params: { id: profiles[0]! } })),
      onError: (error) => setBroken(limitsOf(error)),
    });
  const others = found.data?.items.filter((profile) => profile.id !== id) ?? [];
  return (
    <ReasonModal
      title={texts.mergeTitle}
      isOpen={isOpen}
      isPending={merge.isPending}
      isBlocked={other === undefined || (broken !== undefined && !isForced)}
      okText={texts.confirmMerge}
      width={640}
      onOk={submit}
      onClose={leave}
    >
      <Input.Search
        placeholder={texts.mergeSearch}
        allowClear
        loading={found.isFetching}
        onSearch={(text) => (setSought(text.trim()), setOther(undefined))}
      />
      {sought && found.data && others.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.notFound} />
      )}
      <Radio.Group
        value={other}
        onChange={({ target }) => (setOther(target.value as string), setBroken(undefined), setForced(false))}
      >
        <Space orientation="vertical">
          {others.map((profile) => (
            <Radio key={profile.id} value={profile.id}>
              <Space>
                <Typography.Text strong>{profile.displayName ?? profile.id}</Typography.Text>
                <Typography.Text type="secondary">
                  {profile.identifiers.map(({ value }) => value).join(' · ')}
                </Typography.Text>
                {profile.stages.map((place) => (
                  <StagePlace key={place.lifecycle} place={place} />
                ))}
              </Space>
            </Radio>
          ))}
        </Space>
      </Radio.Group>
      {broken && (
        <>
          <Alert type="warning" title={texts.mergeLimit.replace('{kinds}', broken.join(', '))} />
          <Checkbox checked={isForced} onChange={({ target }) => setForced(target.checked)}>
            {texts.mergeAnyway}
          </Checkbox>
        </>
      )}
    </ReasonModal>
  );
}

function limitsOf(error: unknown): string[] | undefined {
  if (!(error instanceof ApiError) || error.problem.code !== 'IDENTITY_LIMIT_BROKEN') return undefined;
  return (error.problem.details?.['kinds'] as string[] | undefined) ?? [];
}
