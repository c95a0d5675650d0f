/** What can be wrong with bytes or text that somebody gave us. */

/** Bytes or text that are not in the one spelling their format allows. */
export class FormatError extends Error {}

/** A signature that is not the named key's over these bytes. */
export class SignatureError extends Error {}
