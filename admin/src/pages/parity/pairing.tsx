import type { EventPair, NameCount, ParityResult } from '@perennial/contract';
import { Button, Card, Select, Space } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../../i18n/language.js';

interface PairingProps {
  unpaired: ParityResult['unpaired'];
  isLoading: boolean;
  onPair: (pair: EventPair) => void;
}

/** Names that differ too much to be paired by themselves. */
export function Pairing({ unpaired: { old, ours }, isLoading, onPair }: PairingProps) {
  const { texts } = useSpeech();
  const [chosen, setChosen] = useState<Partial<EventPair>>({});
  if (old.length === 0 && ours.length === 0) return undefined;
  const select = (side: keyof EventPair, label: string, names: NameCount[]) => (
    <Select
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      style={{ width: 340 }}
      aria-label={`${texts.parityUnpaired} ${label}`}
      placeholder={`${label}（${names.length}）`}
      value={chosen[side]}
      options={names.map(({ name, count }) => ({ value: name, label: `${name} · ${count.toLocaleString()}` }))}
      onChange={(name: string | undefined) => setChosen({ ...chosen, [side]: name })}
    />
  );
  const { old: oldName, ours: oursName } = chosen;
  return (
    <Card size="small" type="inner" title={texts.parityUnpaired}>
      <Space wrap>
        {select('old', texts.parityOld, old)}
        {select('ours', texts.parityOurs, ours)}
        <Button
          loading={isLoading}
          disabled={!oldName || !oursName}
          onClick={() => {
            if (oldName && oursName) onPair({ old: oldName, ours: oursName });
            setChosen({});
          }}
        >
          {texts.parityPair}
        </Button>
      </Space>
    </Card>
  );
}
