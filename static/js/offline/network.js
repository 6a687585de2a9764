// The one place that sends requests, and that decides "no network": the address could not be
// reached, or its answer was incomplete. Every other error is a fault of these scripts, and
// is reported as one.

export class NoNetwork extends Error {
  constructor(said) {
    super(said);
    this.name = "NoNetwork";
  }
}

/** The answer to a request with its whole body: `{answer, body}`; body is a Blob. */
export async function ask(address, options, patience) {
  const request = new Request(address, options); // throws here if it is invalid
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await reached(fetch(request, { signal: stop.signal }));
    return { answer, body: await reached(answer.blob()) };
  } finally {
    clearTimeout(limit);
  }
}

/** The result of `asked`; if it fails, the network has failed. */
export async function reached(asked) {
  try {
    return await asked;
  } catch (error) {
    throw new NoNetwork(String(error));
  }
}

/** The JSON of a body; undefined: it is a page of some network's login, not ours. */
export async function readJson(body) {
  const text = await new Response(body).text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const PLACE = /\/([a-z]+\.js)[^:]*:\d/;

/** Whether an import failed because a file was not fetched. Browsers report this by a
 *  TypeError too, but its place is the importing script, `asker`. */
export function neverCame(error, asker) {
  const [, file] = PLACE.exec(String(error.stack)) ?? [];
  return error.name === "TypeError" && (!file || file === asker);
}
