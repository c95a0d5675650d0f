/** Asking a server and telling it nothing besides: no cookie, no copy kept, no address of the page. */

/** What it answers; null where no connection is. */
export async function askQuietly(address, { method, body, headers }) {
  try {
    return await fetch(address, {
      method,
      body,
      headers,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    return null;
  }
}
