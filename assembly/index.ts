// AssemblyScript: compiled by `npm run build-kernel`.
export { step, stepBack, stepKept } from './cell';
export { addRows, multiply, multiplyTransposed, transpose } from './product';
export { adam, squaredError } from './training';
