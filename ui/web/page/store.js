// What the browser keeps of a person's work: conversations and notes, in a database of this address alone.
"use strict";

const STORES = ["conversations", "notes"];

const opened = new Promise((done, fail) => {
  const asked = indexedDB.open("dateline", 1);
  asked.onupgradeneeded = () => {
    for (const name of STORES) asked.result.createObjectStore(name, { keyPath: "id" });
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
opened.catch(() => {}); // where nothing may be kept the page works without

async function within(name, mode, act) {
  let database;
  try {
    database = await opened;
  } catch {
    return undefined;
  }
  return new Promise((done, fail) => {
    const transaction = database.transaction(name, mode);
    const asked = act(transaction.objectStore(name));
    transaction.oncomplete = () => done(asked.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

export const every = async (name) => (await within(name, "readonly", (store) => store.getAll())) || [];
export const put = (name, value) => within(name, "readwrite", (store) => store.put(value));
export const drop = (name, id) => within(name, "readwrite", (store) => store.delete(id));
export const newId = () => crypto.getRandomValues(new Uint32Array(2)).join("-");
