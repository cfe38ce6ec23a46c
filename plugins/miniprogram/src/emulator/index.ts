export { Phone, type Received, type Sent, type Server } from './phone.js';
export { Program, type ProgramOptions } from './program.js';
export { datasetOf } from './markup.js';
