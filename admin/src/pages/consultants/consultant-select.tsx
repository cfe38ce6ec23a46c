import type { ConsultantView } from '@perennial/contract';
import { Select, Space, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { useConsultants } from './use-consultants.js';

interface ConsultantSelectProps {
  value?: string;
  onChange?: (to: string) => void;
  without: string | undefined;
}

/** To whom: the queue, or a consultant with what she has. Who is full cannot be chosen. */
export function ConsultantSelect({ value, onChange, without }: ConsultantSelectProps) {
  const { texts } = useSpeech();
  const { data = [] } = useConsultants();
  const others = data.filter(({ id }) => id !== without);
  const stateOf = ({ load, capacity, isPresent }: ConsultantView) =>
    load >= capacity ? texts.conFull : isPresent ? '' : texts.conAway;
  return (
    <Select
      {...(value !== undefined && { value })}
      {...(onChange && { onChange })}
      style={{ width: '100%' }}
      showSearch={{ optionFilterProp: 'title' }}
      options={[
        { value: 'queue', label: texts.conToQueue, title: texts.conToQueue },
        ...others.map((one) => ({
          value: one.id,
          title: `${one.name} ${one.shop}`,
          disabled: one.load >= one.capacity,
          label: (
            <Space>
              {one.name}
              <Typography.Text type="secondary">
                {[one.shop, `${one.load}/${one.capacity}`, stateOf(one)].filter(Boolean).join(' · ')}
              </Typography.Text>
            </Space>
          ),
        })),
      ]}
    />
  );
}
