// What this phone stores, encrypted with a key that cannot leave it. Names of records are
// UUIDs and plain words; everything else is encrypted.

const NAME = "portal";
const STORES = ["key", "waiting", "drafts", "pocket"];
let opened = null;

function open() {
  if (opened) return opened;
  opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const found = asked.result;
      found.onclose = () => { opened = null; };
      found.onversionchange = () => { found.close(); opened = null; };
      resolve(found);
    };
  }).catch((error) => { opened = null; throw error; });
  return opened;
}

/** One transaction on one store; it ends when the data are on the disk. */
async function act(store, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const act = database.transaction(store, mode, { durability: "strict" });
    const asked = work(act.objectStore(store));
    act.oncomplete = () => resolve(asked.result);
    act.onabort = () => reject(act.error ?? asked.error);
  });
}

let known = null;

async function key() {
  if (known) return known;
  known = await act("key", "readonly", (keys) => keys.get("key"));
  if (known) return known;
  const made = await crypto.subtle.generateKey(
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await act("key", "readwrite", (keys) => keys.add(made, "key")).catch(() => {});
  known = await act("key", "readonly", (keys) => keys.get("key"));
  return known;
}

const memory = new Map(); // what had no room: kept only while this page is open
const place = (store, id) => `${store}/${id}`;

/** Stores a value. False: there is no room, and only this page has it. */
export async function put(store, id, value) {
  try {
    await write(store, id, value);
    memory.delete(place(store, id));
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) console.error(error);
    memory.set(place(store, id), value);
    return false;
  }
}

async function write(store, id, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), plain);
  await act(store, "readwrite", (records) => records.put({ iv, data }, id));
}

async function opening({ iv, data }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), data);
  return JSON.parse(new TextDecoder().decode(plain));
}

/** A value, or undefined. */
export async function get(store, id) {
  if (memory.has(place(store, id))) return memory.get(place(store, id));
  const sealed = await act(store, "readonly", (records) => records.get(id));
  return sealed && opening(sealed);
}

/** Replaces an error of the storage by `otherwise`; other errors are thrown again. */
const or = (otherwise) => (error) => {
  if (!(error instanceof DOMException)) throw error;
  return otherwise;
};

/** Every readable value of a store, by its name. */
export async function all(store) {
  const found = new Map();
  const names = await act(store, "readonly", (records) => records.getAllKeys()).catch(or([]));
  for (const name of names) {
    const value = await get(store, name).catch(or(undefined));
    if (value !== undefined) found.set(name, value);
  }
  for (const [name, value] of memory) {
    if (name.startsWith(`${store}/`)) found.set(name.slice(store.length + 1), value);
  }
  return found;
}

export async function drop(store, id) {
  memory.delete(place(store, id));
  await act(store, "readwrite", (records) => records.delete(id));
}

/** Deletes everything in a store. */
export async function dropAll(store) {
  await act(store, "readwrite", (records) => records.clear());
}
