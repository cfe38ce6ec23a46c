import type { ShopFrom } from '@perennial/contract';
import { Select, Space } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { useWords } from '../../parts/rule-editor/words.js';

interface ShopFromFieldProps {
  value?: ShopFrom;
  onChange?: (from: ShopFrom | undefined) => void;
}

/** The tag or trait that names a customer's shop. */
export function ShopFromField({ value, onChange }: ShopFromFieldProps) {
  const { texts, say } = useSpeech();
  const { tags, traits } = useWords();
  const options = [
    {
      label: texts.conFromTrait,
      options: traits.map(({ key }) => ({ value: `trait ${key}`, label: key })),
    },
    {
      label: texts.conFromTag,
      options: tags.map(({ key, title }) => ({ value: `tag ${key}`, label: `${say(title)} ${key}` })),
    },
  ];
  return (
    <Space>
      <Select
        style={{ width: 260 }}
        showSearch={{ optionFilterProp: 'label' }}
        {...(value && { value: 'tag' in value ? `tag ${value.tag}` : `trait ${value.trait}` })}
        options={options}
        onChange={(chosen: string) => onChange?.(readFrom(chosen))}
      />
    </Space>
  );
}

function readFrom(chosen: string): ShopFrom {
  const key = chosen.slice(chosen.indexOf(' ') + 1);
  return chosen.startsWith('tag ') ? { tag: key } : { trait: key };
}
