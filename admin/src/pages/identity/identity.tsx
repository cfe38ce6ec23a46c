import { Card, Tabs } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { ActsTab } from './acts.js';
import { ConflictsTab } from './conflicts.js';
import { HubsTab } from './hubs.js';
import { QualityTab } from './quality.js';
import { RulesTab } from './rules.js';

/** One ID as a whole: how good it is, what waits for a decision, by which rules people are joined. */
export function IdentityPage() {
  const { texts } = useSpeech();
  return (
    <Card size="small" title={texts.identity}>
      <Tabs
        size="small"
        destroyOnHidden
        items={[
          { key: 'quality', label: texts.identityQuality, children: <QualityTab /> },
          { key: 'conflicts', label: texts.identityConflicts, children: <ConflictsTab /> },
          { key: 'hubs', label: texts.identityHubs, children: <HubsTab /> },
          { key: 'rules', label: texts.identityRules, children: <RulesTab /> },
          { key: 'acts', label: texts.identityActs, children: <ActsTab /> },
        ]}
      />
    </Card>
  );
}
