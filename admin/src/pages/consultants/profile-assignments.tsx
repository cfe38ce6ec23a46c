import type { AssignmentView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Card, Empty, Flex, Typography } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { AssignmentActs } from './acts.js';
import { Due } from './due.js';
import { every } from './every.js';
import { AssignmentState } from './state.js';
import { useNow } from './use-now.js';

/** Who looks after a person, and who did. */
export function ProfileAssignments({ id }: { id: string }) {
  const { texts } = useSpeech();
  const assignments = useQuery({
    queryKey: ['profile-assignments', id],
    queryFn: () => get<AssignmentView[]>(`/assignments/of/${id}`),
    refetchInterval: every(10_000),
  });
  return (
    <Card size="small" title={texts.conProfile}>
      <Load query={assignments}>
        {(list) =>
          list.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.conProfileNone} />
          ) : (
            <Standing list={list} />
          )
        }
      </Load>
    </Card>
  );
}

function Standing({ list }: { list: AssignmentView[] }) {
  const now = useNow();
  return (
    <Flex vertical gap={14}>
      {list.map((one) => (
        <Flex key={one.id} vertical gap={4}>
          <Flex justify="space-between" align="center" gap={8}>
            <span>
              <Typography.Text strong>{one.consultantName ?? '–'}</Typography.Text>
              <Typography.Text type="secondary">{` · ${one.ruleTitle}`}</Typography.Text>
            </span>
            <AssignmentState assignment={one} />
          </Flex>
          <Flex justify="space-between" align="center" gap={8} wrap>
            <Due assignment={one} now={now} />
            <AssignmentActs assignment={one} />
          </Flex>
        </Flex>
      ))}
    </Flex>
  );
}
