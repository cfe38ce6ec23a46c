import { ObjectsController } from './http/objects.controller.js';

export { CATALOGUE } from './catalogue.errors.js';
export { Catalogue } from './catalogue.js';
export { LookUp } from './look-up.js';

export const CATALOGUE_CONTROLLERS = [ObjectsController];
