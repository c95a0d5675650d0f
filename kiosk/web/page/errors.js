/** What can be wrong with bytes or text that somebody gave us. */

/** Bytes or text that are not in the one spelling their format allows. */
export class FormatError extends Error {}

/** A signature that is not the named key's over these bytes. */
export class SignatureError extends Error {}

/** Something sealed that does not open: other keys, another place, altered, or too few. */
export class CannotOpenError extends Error {}

/** Shares that are not those of this envelope; `keys` names whose they are, in hexadecimal. */
export class WrongShareError extends CannotOpenError {
  constructor(keys) {
    super(`wrong shares, of ${keys.join(", ")}`);
    this.keys = keys;
  }
}

/** Nobody is left who may read this report, or open its identity. */
export class NoReaderError extends Error {}
