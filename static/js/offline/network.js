// The one place that asks the server, and the one that says "no network": an address that
// could not be reached, or whose answer did not come whole. Everything else that goes
// wrong is a fault of these scripts, and is said to be one.

export class NoNetwork extends Error {
  constructor(said) {
    super(said);
    this.name = "NoNetwork";
  }
}

/** The answer to a request, its body read whole: `{answer, body}`, body a Blob. */
export async function ask(address, options, patience) {
  const request = new Request(address, options); // what is wrong in it throws here
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await reached(fetch(request, { signal: stop.signal }));
    return { answer, body: await reached(answer.blob()) };
  } finally {
    clearTimeout(limit);
  }
}

/** What `asked` comes to; its failure is the network's. */
export async function reached(asked) {
  try {
    return await asked;
  } catch (error) {
    throw new NoNetwork(String(error));
  }
}

/** The JSON of a body, or undefined: a page of somebody's network in the way, not ours. */
export async function readJson(body) {
  const text = await new Response(body).text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
