import { Card, Tabs } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { Board } from './board.js';
import { Crew } from './crew.js';
import { Duty } from './duty.js';
import { AssignmentRules } from './rules.js';

/** Who looks after whom: the queue, the people who work on it, and the rules that fill it. */
export function ConsultantsPage() {
  const { texts } = useSpeech();
  return (
    <Card size="small" styles={{ body: { paddingTop: 0 } }}>
      <Tabs
        destroyOnHidden
        tabBarExtraContent={<Duty />}
        items={[
          { key: 'queue', label: texts.conQueue, children: <Board /> },
          { key: 'crew', label: texts.conCrew, children: <Crew /> },
          { key: 'rules', label: texts.conRules, children: <AssignmentRules /> },
        ]}
      />
    </Card>
  );
}
