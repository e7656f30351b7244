export const DIRECT_MESSAGES =
  'I can message you only while you accept direct messages from members of a server that we share ' +
  "(Discord: the server's menu, Privacy Settings).";
