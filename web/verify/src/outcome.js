// What can come of a check. Reasons are keys of english.js, with what is filled in.

/** The check does not hold. */
export class Failed extends Error {
  constructor(key, args = {}) {
    super(key);
    Object.assign(this, { key, args });
  }
}

/** The check cannot be made. */
export class NotMade extends Error {
  constructor(key, args = {}) {
    super(key);
    Object.assign(this, { key, args });
  }
}

export function must(holds, key, args) {
  if (!holds) throw new Failed(key, args);
}
