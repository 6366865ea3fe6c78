// Says of each line on standard input whether the JSON Schema in the file allows it: one 0 or 1 a line.
const Ajv = require('ajv/dist/2020');
const { readFileSync } = require('fs');

const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const lines = readFileSync(0, 'utf8').split('\n').filter(l => l);
process.stdout.write(lines.map(l => (validate(JSON.parse(l)) ? '1' : '0')).join('\n'));
