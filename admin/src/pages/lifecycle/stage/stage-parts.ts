import type { LifecycleDetail, Stage, StageDetail } from '@perennial/contract';

/** What every part of a stage's page looks at. */
export interface StageParts {
  lifecycle: LifecycleDetail;
  stage: Stage;
  detail: StageDetail;
}
