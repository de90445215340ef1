import assert from "node:assert/strict";
import { test } from "node:test";

/** The messages to the worker. @type {any[]} */
const sent = [];

/** A worker that replies to each message with the same excerpt. */
class FakeWorker {
  /** @type {(event: {data: object}) => void} */
  onmessage = () => {};

  /** @param {{id?: number, json: string, body?: ArrayBuffer}} message */
  postMessage({ id, json, body }) {
    if (id === undefined) return;
    sent.push({ ...JSON.parse(json), ...(body && { body: new TextDecoder().decode(body) }) });
    const lines = [{ number: 1, text: "😀 [b](c)", mark: [3, 9], cutBefore: false, cutAfter: false }];
    this.onmessage({ data: { id, type: "excerpt", lines, line: 1, column: 7 } });
    this.onmessage({ data: { id, type: "done" } });
  }

  terminate() {}
}

const page = {
  Worker: FakeWorker,
  navigator: { userAgent: "" },
  self: { origin: "http://a.example" },
  location: { search: "" },
  document: new EventTarget(),
};
for (const [name, value] of Object.entries(page)) Object.defineProperty(globalThis, name, { value, configurable: true });
const { JsonHead } = await import("../../web/client/client.js");

/** The message for an excerpt, and the reply. @param {any} source @param {any} place */
async function asked(source, place) {
  const client = new JsonHead(new URL("http://a.example/webworker.js"));
  try {
    return { reply: await client.excerpt(source, place), message: sent.pop() };
  } finally {
    client.close();
  }
}

const RESULT = { verdict: "ok", url: "http://a.example/c", source: "http://a.example/b", line: 1, column: 7 };
const PLACE = { url: "http://a.example/c", document: "http://a.example/b", line: 1, column: 7 };

test("a source and a result become a request for an excerpt", async () => {
  const { message } = await asked({ site: new URL("http://a.example/") }, RESULT);
  assert.deepEqual(message, { id: 1, type: "excerpt", source: { site: "http://a.example/" }, ...PLACE });
});

test("marks are offsets in the text of a line", async () => {
  const { reply } = await asked("😀 [b](c)", { ...RESULT, source: null });
  const [{ text, mark }] = reply.lines;
  assert.equal(mark && text.slice(...mark), "[b](c)");
});

test("the contents of files are sent beside the request", async () => {
  const [file, archive] = ["[b](c)", "PK"].map((content) => new Blob([content]));
  const one = await asked({ file, name: "a.md" }, { ...RESULT, source: "a.md" });
  assert.deepEqual([one.message.source.name, one.message.document, one.message.body], ["a.md", "a.md", "[b](c)"]);
  const several = await asked({ files: [{ name: "a.zip", file: archive, inFolder: false }] }, { ...RESULT, source: "a/b.md" });
  const { source, document, body } = several.message;
  assert.deepEqual([source.files, document, body], [[{ name: "a.zip", size: 2, inFolder: false }], "a/b.md", "PK"]);
});
