import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { sharedExists, sharedFile } from '../shared-files.ts';

/** The errors in a request's body by Discord's own OpenAPI document. */
export type BodyCheck = (method: string, template: string, body: unknown) => readonly string[];

let check: BodyCheck | undefined;

/** Where ../shared is not, nothing is ever wrong. Schemas are compiled when they are first needed, once a process. */
export const openApiCheck = (): BodyCheck => (check ??= compileCheck());

function compileCheck(): BodyCheck {
  if (!sharedExists) return () => [];
  // The document has OpenAPI's own keywords beside those of JSON Schema, so strict mode would refuse it.
  const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
  addFormats.default(ajv);
  ajv.addFormat('snowflake', true);
  ajv.addFormat('nonce', true);
  ajv.addSchema(JSON.parse(readFileSync(sharedFile('data/discord/openapi.json'), 'utf8')), 'discord');
  const compiled = new Map<string, ValidateFunction>();
  return (method, template, body) => {
    const pointer = ['paths', template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'];
    const reference = `discord#/${pointer.map(escaped).join('/')}`;
    const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
    compiled.set(reference, validate);
    if (validate(asDocumented(body))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'body'} ${message}`);
  };
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** The document has permissions as an integer; Discord takes, and its reference asks for, a string. */
function asDocumented(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  return body.map((command: object) =>
    'default_member_permissions' in command && typeof command.default_member_permissions === 'string'
      ? { ...command, default_member_permissions: Number(command.default_member_permissions) }
      : command,
  );
}
