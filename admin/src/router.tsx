import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { AbsentPage } from './pages/absent.js';
import { AccessPage } from './pages/access.js';
import { ActivationPage } from './pages/activation.js';
import { ConsultantsPage } from './pages/consultants/consultants.js';
import { IdentityPage } from './pages/identity/identity.js';
import { ImportsPage } from './pages/imports.js';
import { OverviewPage } from './pages/overview.js';
import { PluginsPage } from './pages/plugins.js';
import { ProfilePage } from './pages/profile.js';
import { ProfilesPage } from './pages/profiles.js';
import { QuarantinePage } from './pages/quarantine.js';
import { SourcesPage } from './pages/sources.js';
import { SourcePage } from './pages/sources/source.js';
import { ParityPage } from './pages/parity/parity.js';
import { AudiencePage } from './pages/audiences/audience.js';
import { AudiencesPage } from './pages/audiences/audiences.js';
import { NewAudiencePage } from './pages/audiences/builder.js';
import { TagsPage } from './pages/tags.js';
import { CataloguePage } from './pages/catalogue/catalogue.js';
import { LifecyclePage } from './pages/lifecycle/lifecycle.js';
import { StagePage } from './pages/lifecycle/stage/stage.js';
import { NewTagPage } from './pages/tags/editor.js';
import { TagPage } from './pages/tags/tag.js';
import { Shell } from './shell/shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: AbsentPage });
const page = <P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component });

interface ProfilesSearch {
  /** The default one when absent. */
  lifecycle?: string;
  stage?: string;
}

/** What the list of profiles keeps in its address. */
const profiles = createRoute({
  getParentRoute: () => root,
  path: '/profiles',
  component: ProfilesPage,
  validateSearch: ({ lifecycle, stage }: Record<string, unknown>): ProfilesSearch => ({
    ...(typeof lifecycle === 'string' && { lifecycle }),
    ...(typeof stage === 'string' && { stage }),
  }),
});

const tree = root.addChildren([
  page('/', OverviewPage),
  profiles,
  page('/profiles/$id', ProfilePage),
  page('/identity', IdentityPage),
  page('/tags', TagsPage),
  page('/tags/new', NewTagPage),
  page('/tags/$key', TagPage),
  page('/lifecycle', LifecyclePage),
  page('/lifecycle/$key/$stage', StagePage),
  page('/consultants', ConsultantsPage),
  page('/catalogue', CataloguePage),
  page('/audiences', AudiencesPage),
  page('/audiences/new', NewAudiencePage),
  page('/audiences/$key', AudiencePage),
  page('/sources', SourcesPage),
  page('/sources/$id', SourcePage),
  page('/parity', ParityPage),
  page('/imports', ImportsPage),
  page('/activation', ActivationPage),
  page('/plugins', PluginsPage),
  page('/quarantine', QuarantinePage),
  page('/access', AccessPage),
]);

export const createAdminRouter = () => createRouter({ routeTree: tree });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAdminRouter>;
  }
}
