export { showDebug } from './overlay.js';
