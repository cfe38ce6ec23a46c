import type { AudienceListItem, TagDefinition, TriggerCause } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { usePlaces } from '../parts/use-stages.js';

const REQUIRED = [{ required: true }];

function AudienceField() {
  const { texts, say } = useSpeech();
  const { data = [] } = useQuery({ queryKey: ['audiences'], queryFn: () => get<AudienceListItem[]>('/audiences') });
  return (
    <Form.Item name="audience" label={texts.audience} rules={REQUIRED}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        options={data.map(({ key, title }) => ({ value: key, label: `${say(title)} ${key}` }))}
      />
    </Form.Item>
  );
}

/** What a trigger or a rule of assignment waits for, as fields of a form. */
export function CauseFields({ on }: { on: TriggerCause['on'] }) {
  const { texts, say } = useSpeech();
  const places = usePlaces();
  const { data: tags = [] } = useQuery({ queryKey: ['tags'], queryFn: () => get<TagDefinition[]>('/tags') });
  return (
    <>
      <Form.Item name="on" label={texts.when}>
        <Select
          options={[
            { value: 'stage.moved', label: texts.onStage },
            { value: 'tag.changed', label: texts.onTag },
            { value: 'event.applied', label: texts.onEvent },
            { value: 'audience.entered', label: texts.onEntered },
            { value: 'audience.left', label: texts.onLeft },
          ]}
        />
      </Form.Item>
      {on === 'stage.moved' && (
        <Form.Item name="place" label={texts.stage} rules={REQUIRED}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={places} />
        </Form.Item>
      )}
      {on === 'tag.changed' && (
        <Form.Item name="tag" label={texts.tags} rules={REQUIRED}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={tags.map(({ key, title }) => ({ value: key, label: `${say(title)} ${key}` }))}
          />
        </Form.Item>
      )}
      {on === 'tag.changed' && (
        <Form.Item name="to" label={texts.value}>
          <Input />
        </Form.Item>
      )}
      {(on === 'audience.entered' || on === 'audience.left') && <AudienceField />}
      {on === 'event.applied' && (
        <Form.Item name="event" label={texts.kind_event} rules={REQUIRED}>
          <Input />
        </Form.Item>
      )}
    </>
  );
}
