/** Codes of `error` frames and of JSON errors over HTTP. They are API: a code is never renamed. */
export const errorCodes = {
  bad_json: "The frame is not JSON.",
  bad_frame: "The frame lacks a field, or a field has the wrong shape.",
  unknown_action: "There is no such action.",
  too_long: "The text is longer than a message may be.",
  rate_limited: "Too many messages: wait retry_after_ms and send the same ref again.",
  bad_name: "The name is empty, longer than 32 characters, or holds control characters.",
  name_taken: "Somebody present has this name, or one that looks like it.",
  bad_emoji: "A reaction is one emoji of at most 32 bytes.",
  too_many_reactions: "A message carries at most 20 kinds of reaction, and 2,000 in all.",
  not_yours: "Only its writer may edit or delete a message.",
  no_such_message: "The message is not in this room, or was deleted.",
  ref_reused: "This ref was used for another act.",
  bad_key: "A key is 22 to 64 base64url characters.",
  unavailable: "Nothing can be kept right now: send the same ref again later.",
  bad_parameter: "HTTP: a parameter of the address, or a field of the body, is not what it may be.",
  bad_content_type: "HTTP: the body is of a type, or in an encoding, that this address does not take.",
  unauthorized: "HTTP: the Authorization header lacks the token this address asks for.",
  forbidden: "HTTP: this server was not set up for it.",
  not_found: "HTTP: there is nothing at this address.",
  method_not_allowed: "HTTP: the address does not take this method.",
  precondition_failed: "HTTP: the file is not the one that If-Match or If-Unmodified-Since asks for.",
  wrong_host: "HTTP: this chat is known by another host name.",
  internal: "HTTP: our fault, and noted.",
} as const;

export type ErrorCode = keyof typeof errorCodes;
