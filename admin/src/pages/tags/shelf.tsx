import type { ShelfItem } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Segmented, Space, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';

const INDUSTRIES = ['general', 'medical_aesthetics', 'beauty', 'retail', 'health'] as const;

/** Ready definitions to take from. */
export function Shelf({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { texts } = useSpeech();
  const [chosen, setChosen] = useState<string[]>([]);
  const shelf = useQuery({
    queryKey: ['shelf'],
    queryFn: () => get<ShelfItem[]>('/tags/library'),
    enabled: isOpen,
  });
  const take = useAct(() => api('POST', '/tags/library', { keys: chosen }), {
    refresh: ['tags', 'shelf'],
    done: texts.tagPublished,
  });
  return (
    <Drawer
      open={isOpen}
      onClose={onClose}
      size={920}
      title={texts.shelf}
      extra={
        <Button
          type="primary"
          disabled={chosen.length === 0}
          loading={take.isPending}
          onClick={() => take.mutate(undefined, { onSuccess: () => setChosen([]) })}
        >
          {texts.shelfTake.replace('{n}', String(chosen.length))}
        </Button>
      }
    >
      <Load query={shelf}>{(items) => <Items items={items} chosen={chosen} onChoose={setChosen} />}</Load>
    </Drawer>
  );
}

interface ItemsProps {
  items: ShelfItem[];
  chosen: string[];
  onChoose: (keys: string[]) => void;
}

function Items({ items, chosen, onChoose }: ItemsProps) {
  const { texts, say } = useSpeech();
  const [industry, setIndustry] = useState<(typeof INDUSTRIES)[number]>('general');
  const shown = items.filter(({ definition: { industries } }) =>
    industry === 'general' ? !industries : industries?.includes(industry),
  );
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Segmented
        value={industry}
        options={INDUSTRIES.map((value) => ({ value, label: texts[`industry_${value}`] }))}
        onChange={setIndustry}
      />
      <Table<ShelfItem>
        size="small"
        rowKey={({ definition }) => definition.key}
        pagination={false}
        dataSource={shown}
        rowSelection={{
          selectedRowKeys: chosen,
          preserveSelectedRowKeys: true,
          onChange: (keys) => onChoose(keys.map(String)),
          getCheckboxProps: ({ isPublished }) => ({ disabled: isPublished }),
        }}
        columns={[
          {
            title: texts.title,
            width: 220,
            render: (_, { definition, isPublished }) => (
              <>
                {say(definition.title)} {isPublished && <Tag color="green">{texts.shelfTaken}</Tag>}
                <br />
                <Typography.Text type="secondary">{definition.key}</Typography.Text>
              </>
            ),
          },
          { title: texts.scenario, width: 220, render: (_, { definition }) => say(definition.scenario) },
          { title: texts.tagWords, render: (_, { words }) => say(words) },
        ]}
      />
    </Space>
  );
}
