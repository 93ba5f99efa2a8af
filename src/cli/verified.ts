/** @file Whether this command line's models are compared with their checksums: the option --no-verify, of all commands. */

let isVerified = true;

export function setVerified(verified: boolean): void {
  isVerified = verified;
}

/** As an option of what reads a model. */
export function verifying(): { readonly verify: boolean } {
  return { verify: isVerified };
}
