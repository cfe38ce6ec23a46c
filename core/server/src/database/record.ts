import type { MigrationInterface } from 'typeorm';
import { ACCESS_MIGRATIONS, ACCESS_TABLES } from '../access/store/access.tables.js';
import { ACTIVATION_TABLES, ActivationCreate } from '../activation/store/activation.tables.js';
import { AUDIENCE_TABLES, AudienceCreate } from '../audience/store/audience.tables.js';
import { CATALOGUE_TABLES, CatalogueCreate } from '../catalogue/store/catalogue.tables.js';
import { CONSULTANT_TABLES, ConsultantCreate } from '../consultant/store/consultant.tables.js';
import { CUSTOMER_GROUP, GroupCreate } from '../group/store/group.table.js';
import { IDENTITY_MIGRATIONS, IDENTITY_TABLES } from '../identity/store/identity.tables.js';
import { INGEST_TABLES, IngestCreate } from '../ingest/store/ingest.tables.js';
import { LIFECYCLE_DEFINITION, LifecycleCreate, LifecycleKept } from '../lifecycle/store/lifecycle.table.js';
import { OUTBOX_TABLES, OutboxCreate } from '../outbox/store/outbox.table.js';
import { PROFILE, PROFILE_MIGRATIONS } from '../profile/store/profile.table.js';
import { HOST_TABLES, HostCreate } from '../host/store/host.tables.js';
import {
  EDGE_TABLES,
  IMPORT_TABLES,
  ImportCreate,
  ImportProblemTexts,
  PULL_TABLES,
  PullCreate,
  SOURCE_TABLES,
  SourceCreate,
  SourceSettingsCreate,
  WriteKeySealed,
  VISITOR_SOURCE,
  VisitorSourceCreate,
} from '../source/store/source.tables.js';
import { QUARANTINE_QUOTA_TABLES, QuarantineQuotaCreate } from '../quarantine/quarantine.table.js';
import { STAGING_TABLES, StagingCreate } from '../staging/store/staging.tables.js';
import { STORES_TABLES, StoresCreate } from '../stores/store/stores.tables.js';
import { TAG_DEFINITION, TagCreate } from '../tag/store/tag.table.js';
import { TAGGING_TABLES, TaggingCreate } from '../tagging/store/tagging.tables.js';
import { WAREHOUSE_RECORD_MIGRATIONS, WAREHOUSE_RECORD_TABLES } from '../warehouse/append/pending.table.js';
import { CLOCK_TABLES, ClockCreate } from '../clock/clock.table.js';
import { KEY_STATE, KeyStateCreate } from '../keys/keys.table.js';
import { LEASE_TABLES, LeaseCreate } from './lease.js';
import { RECORD_STATE, RecordStateCreate } from './record-state.js';
import type { TableSpec } from './table-spec.js';

/** Every table of the record, each kept by the room that it belongs to. */
export const CORE_TABLES: TableSpec[] = [
  ...LEASE_TABLES,
  RECORD_STATE,
  PROFILE,
  ...IDENTITY_TABLES,
  ...INGEST_TABLES,
  ...QUARANTINE_QUOTA_TABLES,
  TAG_DEFINITION,
  ...TAGGING_TABLES,
  ...AUDIENCE_TABLES,
  ...CATALOGUE_TABLES,
  LIFECYCLE_DEFINITION,
  ...STAGING_TABLES,
  ...OUTBOX_TABLES,
  ...ACTIVATION_TABLES,
  ...SOURCE_TABLES,
  ...WAREHOUSE_RECORD_TABLES,
  ...ACCESS_TABLES,
  ...HOST_TABLES,
  ...IMPORT_TABLES,
  ...PULL_TABLES,
  KEY_STATE,
  ...CONSULTANT_TABLES,
  ...EDGE_TABLES,
  ...STORES_TABLES,
  CUSTOMER_GROUP,
  ...CLOCK_TABLES,
  VISITOR_SOURCE,
];

export const CORE_MIGRATIONS: (new () => MigrationInterface)[] = [
  LeaseCreate,
  ...PROFILE_MIGRATIONS,
  ...IDENTITY_MIGRATIONS,
  IngestCreate,
  TagCreate,
  TaggingCreate,
  AudienceCreate,
  CatalogueCreate,
  LifecycleCreate,
  StagingCreate,
  OutboxCreate,
  ActivationCreate,
  SourceCreate,
  ...WAREHOUSE_RECORD_MIGRATIONS,
  ...ACCESS_MIGRATIONS,
  HostCreate,
  ImportCreate,
  PullCreate,
  KeyStateCreate,
  ConsultantCreate,
  SourceSettingsCreate,
  RecordStateCreate,
  StoresCreate,
  LifecycleKept,
  QuarantineQuotaCreate,
  GroupCreate,
  ClockCreate,
  WriteKeySealed,
  ImportProblemTexts,
  VisitorSourceCreate,
];
