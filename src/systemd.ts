export { attach } from './systemd/attach.js';
export { systemdUnit, type UnitOptions } from './systemd/unit.js';
