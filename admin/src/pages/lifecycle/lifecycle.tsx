import type { LifecycleDefinition } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Card, Segmented, Select, Space, Tabs } from 'antd';
import { useState } from 'react';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { Board } from './board.js';
import { DefinitionTab } from './definition.js';
import { DwellTab } from './dwell.js';
import { FlowsTab } from './flows.js';
import { PathsTab } from './paths.js';
import { PresetsTab } from './presets.js';
import { RetentionTab } from './retention.js';
import { VersionsTab } from './versions.js';

const PERIODS = [7, 30, 90, 365];

/** Where customers stand, how they move, and the rules by which they do. */
export function LifecyclePage() {
  const lifecycles = useQuery({ queryKey: ['lifecycles'], queryFn: () => get<LifecycleDefinition[]>('/lifecycles') });
  return <Load query={lifecycles}>{(list) => <Known lifecycles={list} />}</Load>;
}

function Known({ lifecycles }: { lifecycles: LifecycleDefinition[] }) {
  const { texts, say } = useSpeech();
  const [key, setKey] = useState(lifecycles.find((one) => one.key === 'default')?.key ?? lifecycles[0]!.key);
  const [days, setDays] = useState(30);
  const lifecycle = lifecycles.find((one) => one.key === key) ?? lifecycles[0]!;
  const period = { lifecycle, days };
  return (
    <Card
      size="small"
      title={
        <Select
          value={lifecycle.key}
          style={{ minWidth: 220 }}
          aria-label={texts.lifecycle}
          options={lifecycles.map((one) => ({ value: one.key, label: say(one.title) }))}
          onChange={setKey}
        />
      }
      extra={
        <Space>
          <Segmented
            value={days}
            options={PERIODS.map((value) => ({ value, label: texts.windowLast.replace('{n}', String(value)) }))}
            onChange={setDays}
          />
        </Space>
      }
    >
      <Tabs
        key={lifecycle.key}
        destroyOnHidden
        items={[
          { key: 'board', label: texts.lifeBoard, children: <Board {...period} /> },
          { key: 'flows', label: texts.lifeFlows, children: <FlowsTab {...period} /> },
          { key: 'dwell', label: texts.lifeDwell, children: <DwellTab {...period} /> },
          { key: 'retention', label: texts.lifeRetention, children: <RetentionTab /> },
          { key: 'paths', label: texts.lifePaths, children: <PathsTab days={days} /> },
          { key: 'definition', label: texts.lifeDefinition, children: <DefinitionTab lifecycleKey={lifecycle.key} /> },
          { key: 'versions', label: texts.tagVersions, children: <VersionsTab lifecycleKey={lifecycle.key} /> },
          { key: 'presets', label: texts.lifePresets, children: <PresetsTab lifecycles={lifecycles} /> },
        ]}
      />
    </Card>
  );
}
