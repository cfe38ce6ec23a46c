import { PROPERTY_TYPES, type PlanEvent, type PlanProperty } from '@perennial/contract';
import { Button, Drawer, Form, Input, Select, Space, Switch, Table } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';

interface PlanEventFormProps {
  event: PlanEvent;
  isFixed: boolean;
  /** Names of the plan's other events. */
  taken: ReadonlySet<string>;
  onClose: () => void;
  onApply: (event: PlanEvent) => void;
}

/** One event of a plan: its name, its properties and what is demanded of them. */
export function PlanEventForm({ event, isFixed, taken, onClose, onApply }: PlanEventFormProps) {
  const { texts } = useSpeech();
  const [draft, setDraft] = useState(event);
  const name = draft.name.trim();
  const isTaken = taken.has(name);
  const change = (part: Partial<PlanEvent>) => setDraft({ ...draft, ...part });
  const isWhole = name !== '' && !isTaken && draft.properties.every(({ path }) => path !== '');
  return (
    <Drawer
      open
      size={1040}
      title={event.name || texts.edgeAddEvent}
      onClose={onClose}
      extra={
        !isFixed && (
          <Button type="primary" disabled={!isWhole} onClick={() => onApply({ ...draft, name })}>
            {texts.edgeApply}
          </Button>
        )
      }
    >
      <Form layout="vertical" disabled={isFixed}>
        <Space align="start" wrap>
          <Form.Item
            label={texts.edgeEventName}
            htmlFor="event-name"
            {...(isTaken && { validateStatus: 'error', help: texts.edgeNameTaken })}
          >
            <Input
              id="event-name"
              style={{ width: 280 }}
              maxLength={255}
              value={draft.name}
              onChange={({ target }) => change({ name: target.value })}
            />
          </Form.Item>
          <Form.Item label={texts.edgeNote} htmlFor="event-note">
            <Input
              id="event-note"
              style={{ width: 360 }}
              maxLength={500}
              value={draft.note}
              onChange={({ target }) => change({ note: target.value })}
            />
          </Form.Item>
          <Form.Item label={texts.edgeClosed}>
            <Switch
              aria-label={texts.edgeClosed}
              checked={draft.isClosed ?? false}
              onChange={(isClosed) => change({ isClosed })}
            />
          </Form.Item>
        </Space>
        <Properties properties={draft.properties} isFixed={isFixed} onChange={(properties) => change({ properties })} />
      </Form>
    </Drawer>
  );
}

interface PropertiesProps {
  properties: PlanProperty[];
  isFixed: boolean;
  onChange: (properties: PlanProperty[]) => void;
}

function Properties({ properties, isFixed, onChange }: PropertiesProps) {
  const { texts } = useSpeech();
  const put = (at: number, part: Partial<Record<keyof PlanProperty, unknown>>) =>
    onChange(properties.map((known, i) => (i === at ? without({ ...known, ...part }) : known)));
  return (
    <>
      <Table
        size="small"
        rowKey="at"
        pagination={false}
        dataSource={properties.map((property, at) => ({ property, at }))}
        columns={[
          {
            title: texts.edgePath,
            render: (_, { property, at }) => (
              <Input
                aria-label={texts.edgePath}
                value={property.path}
                placeholder={texts.edgePathHint}
                onChange={({ target }) => put(at, { path: target.value.trim() })}
              />
            ),
          },
          {
            title: texts.edgePropertyType,
            width: 130,
            render: (_, { property, at }) => (
              <Select
                aria-label={texts.edgePropertyType}
                style={{ width: 116 }}
                value={property.type ?? ''}
                options={[
                  { value: '', label: texts.edgeAnyType },
                  ...PROPERTY_TYPES.map((value) => ({ value, label: texts[`edgeType_${value}`] })),
                ]}
                onChange={(type) => put(at, { type: type || undefined })}
              />
            ),
          },
          {
            title: texts.edgeRequired,
            width: 70,
            render: (_, { property, at }) => (
              <Switch
                size="small"
                aria-label={texts.edgeRequired}
                checked={property.isRequired ?? false}
                onChange={(isRequired) => put(at, { isRequired: isRequired || undefined })}
              />
            ),
          },
          {
            title: texts.edgeValues,
            width: 260,
            render: (_, { property, at }) => (
              <Select
                aria-label={texts.edgeValues}
                mode="tags"
                open={false}
                suffixIcon={null}
                maxTagCount="responsive"
                style={{ width: '100%' }}
                value={(property.values ?? []).map(String)}
                onChange={(values: string[]) => put(at, { values: readValues(values, property.type) })}
              />
            ),
          },
          {
            title: texts.edgePattern,
            width: 180,
            render: (_, { property, at }) => (
              <Input
                aria-label={texts.edgePattern}
                value={property.pattern}
                onChange={({ target }) => put(at, { pattern: target.value || undefined })}
              />
            ),
          },
          {
            width: 60,
            render: (_, { at }) =>
              !isFixed && (
                <LinkButton danger onClick={() => onChange(properties.filter((_known, i) => i !== at))}>
                  {texts.remove}
                </LinkButton>
              ),
          },
        ]}
      />
      {!isFixed && (
        <Button style={{ marginTop: 8 }} onClick={() => onChange([...properties, { path: '' }])}>
          {texts.edgeAddProperty}
        </Button>
      )}
    </>
  );
}

/** Values of a number are numbers. */
function readValues(values: string[], type: PlanProperty['type']): (string | number)[] | undefined {
  if (values.length === 0) return undefined;
  if (type !== 'number' && type !== 'integer') return values;
  return values.map((value) => (Number.isNaN(Number(value)) ? value : Number(value)));
}

/** What is not demanded does not stand in the plan. */
const without = (property: Partial<Record<keyof PlanProperty, unknown>>): PlanProperty =>
  Object.fromEntries(Object.entries(property).filter(([, value]) => value !== undefined)) as unknown as PlanProperty;
