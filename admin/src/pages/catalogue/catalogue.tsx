import {
  OBJECT_TYPES,
  type CatalogueImport,
  type CatalogueObject,
  type ObjectType,
  type Page,
} from '@perennial/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Input, Modal, Popconfirm, Segmented, Space, Table, Tag, Typography, Upload } from 'antd';
import { useState } from 'react';
import { api, get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { Pager, usePlace } from '../../parts/pager.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { ObjectForm } from './object-form.js';

const BLANK: CatalogueObject = { id: '', name: '', facts: {}, tags: [] };

/** Products, contents and channels, with the facts and tags that events carry on to people. */
export function CataloguePage() {
  const { texts } = useSpeech();
  const [type, setType] = useState<ObjectType>('product');
  return (
    <Card
      size="small"
      title={
        <Space size="large">
          {texts.catalogue}
          <Segmented
            value={type}
            options={OBJECT_TYPES.map((value) => ({ value, label: texts[`object_${value}`] }))}
            onChange={setType}
          />
        </Space>
      }
    >
      <Objects key={type} type={type} />
    </Card>
  );
}

function Objects({ type }: { type: ObjectType }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const place = usePlace();
  const [sought, setSought] = useState('');
  const [open, setOpen] = useState<CatalogueObject>();
  const objects = useQuery({
    queryKey: ['objects', type, sought, place.cursor],
    queryFn: () =>
      get<Page<CatalogueObject>>(`/objects/${type}${query({ q: sought, cursor: place.cursor, limit: 50 })}`),
    placeholderData: keepPreviousData,
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space>
        <Input.Search
          allowClear
          style={{ width: 280 }}
          placeholder={texts.catalogueSearch}
          onSearch={(text) => (place.restart(), setSought(text.trim()))}
        />
        {isAdmin && <Button onClick={() => setOpen(BLANK)}>{texts.create}</Button>}
        {isAdmin && <ImportButton type={type} />}
        <Typography.Text type="secondary">{texts[`catalogueHint_${type}`]}</Typography.Text>
      </Space>
      <Load query={objects}>
        {({ items, next }) => (
          <>
            <ObjectTable type={type} items={items} isFiltered={sought !== ''} onOpen={setOpen} />
            <Pager place={place} next={next} />
          </>
        )}
      </Load>
      {open && <ObjectForm type={type} object={open} isNew={open.id === ''} onClose={() => setOpen(undefined)} />}
    </Space>
  );
}

interface ObjectTableProps {
  type: ObjectType;
  items: CatalogueObject[];
  isFiltered: boolean;
  onOpen: (object: CatalogueObject) => void;
}

function ObjectTable({ type, items, isFiltered, onOpen }: ObjectTableProps) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const remove = useAct((id: string) => api('DELETE', `/objects/${type}/${encodeURIComponent(id)}`), {
    refresh: ['objects'],
    done: texts.removed,
  });
  return (
    <Table<CatalogueObject>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={items}
      locale={{ emptyText: <Empty description={isFiltered ? texts.catalogueNone : texts.catalogueEmpty} /> }}
      columns={[
        {
          title: texts.catalogueId,
          width: 160,
          render: (_, object) =>
            isAdmin ? <LinkButton onClick={() => onOpen(object)}>{object.id}</LinkButton> : object.id,
        },
        { title: texts.title, dataIndex: 'name', width: 220 },
        {
          title: texts.catalogueFacts,
          render: (_, { facts }) => (
            <Space wrap size={4}>
              {Object.entries(facts).map(([key, value]) => (
                <Typography.Text key={key} type="secondary">{`${key}: ${value}`}</Typography.Text>
              ))}
            </Space>
          ),
        },
        { title: texts.tags, render: (_, { tags }) => tags.map((tag) => <Tag key={tag}>{tag}</Tag>) },
        { title: texts.catalogueUpdated, width: 120, render: (_, { updatedAt }) => <When at={updatedAt} /> },
        ...(isAdmin
          ? [
              {
                width: 70,
                render: (_: unknown, { id }: CatalogueObject) => (
                  <Popconfirm title={texts.catalogueRemoveSure} onConfirm={() => remove.mutate(id)}>
                    <LinkButton>{texts.ruleRemove}</LinkButton>
                  </Popconfirm>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function ImportButton({ type }: { type: ObjectType }) {
  const { texts } = useSpeech();
  const take = useAct(
    (file: File) => {
      const form = new FormData();
      form.append('file', file);
      return api<CatalogueImport>('POST', `/objects/${type}/csv`, form);
    },
    { refresh: ['objects'] },
  );
  return (
    <>
      <Upload accept=".csv" showUploadList={false} beforeUpload={(file) => (take.mutate(file), false)}>
        <Button loading={take.isPending}>{texts.catalogueImport}</Button>
      </Upload>
      <Modal open={take.data !== undefined} title={texts.catalogueImport} footer={null} onCancel={take.reset}>
        {take.data && <Imported done={take.data} />}
      </Modal>
    </>
  );
}

function Imported({ done: { saved, refused } }: { done: CatalogueImport }) {
  const { texts } = useSpeech();
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {texts.catalogueImported.replace('{n}', saved.toLocaleString()).replace('{m}', refused.length.toLocaleString())}
      {refused.length > 0 && (
        <Table
          size="small"
          rowKey="line"
          pagination={{ pageSize: 10, hideOnSinglePage: true }}
          dataSource={refused}
          columns={[
            { title: texts.line, dataIndex: 'line', width: 80 },
            { title: texts.reason, dataIndex: 'message' },
          ]}
        />
      )}
    </Space>
  );
}
