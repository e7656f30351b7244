// Payloads that Discord should never send. Nobody expects an answer to them; the process must go on.

/** By what is wrong: makes such a payload of a whole event. */
export const MALFORMED: Readonly<Record<string, (event: object) => unknown>> = {
  'no data': (event) => ({ ...event, data: undefined }),
  'null data': (event) => ({ ...event, data: null }),
  'no member': (event) => ({ ...event, member: undefined, user: undefined }),
  'null member': (event) => ({ ...event, member: null }),
  'empty user': (event) => ({ ...event, member: undefined, user: {} }),
  'unknown type': (event) => ({ ...event, type: 99 }),
  'no type': (event) => ({ ...event, type: undefined }),
  'no token': (event) => ({ ...event, token: undefined }),
  'id that is a number': (event) => ({ ...event, id: 1 }),
  'id that is a word': (event) => ({ ...event, id: 'one' }),
  'no channel': (event) => ({ ...event, channel: undefined, channel_id: undefined }),
  'guild that is a word': (event) => ({ ...event, guild_id: 'here' }),
  'permissions that are a word': (event) => ({ ...event, app_permissions: 'all' }),
  'permissions of a member that are null': (event) => ({
    ...event,
    member: { user: { id: '300000000000000001', username: 'm' }, permissions: null },
  }),
  'no entitlements': (event) => ({ ...event, entitlements: null }),
  'options that are a text': (event) => ({ ...event, data: { id: '1', name: 'help', type: 1, options: 'x' } }),
  'options that are null': (event) => ({ ...event, data: { id: '1', name: 'allocate', type: 1, options: [null] } }),
  'options without end': (event) => ({ ...event, data: { id: '1', name: 'help', type: 1, options: nested(2_000) } }),
  'resolved that is a text': (event) => ({
    ...event,
    data: { id: '1', name: 'help', type: 1, options: [], resolved: { channels: 'x', users: 7 } },
  }),
  'button without a message': (event) => ({
    ...event,
    type: 3,
    message: undefined,
    data: { custom_id: 'allocate:1', component_type: 2 },
  }),
  'unknown component': (event) => ({ ...event, type: 3, data: { custom_id: 'x', component_type: 99 } }),
  'options that are missing': (event) => ({ ...event, data: { id: '1', name: 'allocate', type: 1 } }),
  'modal without fields': (event) => ({ ...event, type: 5, data: { custom_id: 'x' } }),
  null: () => null,
  list: () => [],
  text: () => 'INTERACTION_CREATE',
};

function nested(depth: number): object[] {
  let options: object[] = [];
  for (let level = 0; level < depth; level += 1) options = [{ type: 1, name: 'deeper', options }];
  return options;
}
