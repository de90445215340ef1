/**
 * The messages between a page and its worker: the only place in JavaScript where they are written down.
 * `py/json_head/pyodide/worker.py` is the other end.
 *
 * A request carries an `id` of the page's choice. Its replies carry the same id and end with exactly one
 * `done`, `error` or `cancelled`. Boot events carry no id. Messages are plain objects that JSON could carry, and from
 * the page they come as JSON: what is none fails there. A file's bytes travel beside one, as `body`, and are transferred.
 */

/**
 * How a source is read. `auto` lets Python decide from name, media type and content.
 * @typedef {"auto" | "urls" | "text" | "markdown" | "html" | "xhtml" | "sitemap" | "feed" | "xml" | "css" | "csv" | "json" | "notebook" | "rst"
 *   | "asciidoc" | "mime"} Format
 */

/**
 * One of several files. Its contents are in `body`, where all follow each other in this order.
 * @typedef {object} FileItem
 * @property {string} name with a folder before it, and those within, if it was found there: `docs/guide/index.md`
 * @property {number} size in bytes
 * @property {boolean} inFolder whether it was found in a folder, and not named by a person
 * @property {"too-large" | "unreadable"} [fault] why its contents are not in `body`
 */

/**
 * Where links come from; exactly one of `urls`, `text`, `page`, `files` is set, or `body` beside the message is.
 * @typedef {object} Source
 * @property {string[]} [urls] URLs, one link each, in this order
 * @property {string} [text] text of any format: pasted or typed
 * @property {string} [page] address of a page or sitemap that the worker is to fetch
 * @property {FileItem[]} [files] several files, or those of a folder, which are checked as one source
 * @property {Record<string, number>} [skipped] how many files of a folder are of kinds that are not read, by extension
 * @property {boolean} [cut] whether there were more files than a check takes
 * @property {string} [name] a file's name
 * @property {string} [mediaType] a file's media type, as the browser tells it
 * @property {string} [base] what relative links are resolved against (an absolute http or https URL)
 * @property {Format} [format]
 */

/**
 * How politely and patiently to ask; every part is optional, defaults in `py/json_head/model.py`.
 * @typedef {object} Policy
 * @property {number} [total] requests under way in all
 * @property {number} [per_host] requests under way per host
 * @property {number} [rate_per_host] requests per second and host, 0 for any number
 * @property {number} [timeout_s] seconds per request, from its dispatch
 * @property {number} [retries] further tries after a timeout, 429 or 5xx
 * @property {number} [backoff_s] seconds before the first of them
 * @property {number} [retry_after_cap_s] the longest Retry-After that is waited for, in seconds
 */

/**
 * @typedef {"not-checked" | "ok" | "rate-limited" | "restricted" | "broken" | "head-unsupported" | "server-error"
 *   | "other-status" | "answered-unreadable" | "timeout" | "no-answer-seen"} Verdict
 */

/**
 * One request that was made for a link.
 * @typedef {object} Attempt
 * @property {"HEAD" | "GET"} method
 * @property {"cors" | "no-cors"} mode the Fetch standard's request mode
 * @property {"browser" | "native" | "relay" | "file"} via
 * @property {"response" | "opaque" | "timeout" | "failed" | "blocked"} outcome
 * @property {number} [status]
 * @property {string} [error] a code
 * @property {{status: number, url: string, location: string}[]} [hops] redirects on the way; a browser does not tell them
 * @property {number} elapsed_ms
 */

/**
 * What is said of one link. json-head's own keys come first: `ok` tells whether a response was read (a 404 is one).
 * @typedef {object} Result
 * @property {boolean} ok
 * @property {number} [status] when ok, and not a file
 * @property {Record<string, string>} [headers] when ok; lower-case names
 * @property {string} [error] when not ok: a code, the same as `rule`
 * @property {string} url the link, absolute where it could be resolved, else as written
 * @property {Verdict} verdict
 * @property {string} rule code of the rule that gave the verdict
 * @property {string} reason one sentence for people
 * @property {string | null} final_url
 * @property {boolean} redirected
 * @property {"HEAD" | "GET" | null} method
 * @property {"browser" | "native" | "relay" | "file" | null} via
 * @property {Attempt[]} attempts every request made, in order
 * @property {number} elapsed_ms of all attempts together
 * @property {string | null} checked_at RFC 3339, UTC
 * @property {string | null} source the page or file it stands in; null for what was typed
 * @property {number | null} line from 1
 * @property {number | null} column from 1
 * @property {string} text what a reader sees of the link
 * @property {string} found how it was found: `a href`, `markdown link`, `bare url`, `loc`, ...
 */

/**
 * Page to worker.
 * @typedef {{id: number, type: "audit", source: Source, policy?: Policy, relay?: string, controller?: string,
 *   body?: ArrayBuffer}} AuditRequest
 *   answered by one or more `found`, one `plan`, `results` as they come (one for each link), `outage` when one begins and
 *   ends, and `done` or `cancelled`; `relay` is the address of one that is to read the page should this browser not be able to;
 *   `controller` is that of a service worker which controls the page and is not this site's own
 * @typedef {{id: number, type: "resume", plan: string, answered: number[], policy?: Policy, controller?: string}} ResumeRequest
 *   go on with an audit that another worker began: with its plan, and the indexes of the links that have their result;
 *   answered by `results`, `outage`, and `done` or `cancelled`
 * @typedef {{id: number, type: "relay", relay: string, results: Result[], indexes: number[]}} RelayRequest
 *   ask json-head's HTTP API at the address `relay` about what could not be decided, each result with an index of its own;
 *   answered by `results` as they come (one for each; what was decided comes back as it is), and `done`, `error` or `cancelled`
 * @typedef {"json" | "ndjson" | "csv" | "markdown" | "junit" | "sarif"} ExportFormat
 * @typedef {{id: number, type: "export", format: ExportFormat, results: Result[]}} ExportRequest
 *   answered by `exported` and `done`
 * @typedef {{id: number, type: "folder"}} FolderRequest
 *   ask what of a folder is read; answered by `folder` and `done`
 * @typedef {{id: number, type: "cancel"}} CancelRequest
 *   `id` is that of the request to cancel, which then ends with `cancelled` (links not yet asked come as
 *   `not-checked` results first); of no effect when that request has ended
 * @typedef {AuditRequest | ResumeRequest | RelayRequest | ExportRequest | FolderRequest | CancelRequest} PageMessage
 */

/**
 * A PageMessage as it is posted: all but its `body` in `json`.
 * @typedef {{id: number, json: string, body?: ArrayBuffer}} Posted
 */

/**
 * Posted where the page has to send the worker's requests from then on, by this port: see page-fetch.js.
 * @typedef {{port: MessagePort}} Lent
 */

/**
 * Worker to page, in reply.
 * @typedef {{id: number, type: "found", links: number, urls: number, format: Exclude<Format, "auto">, source: string | null, notes: string[]}} FoundReply
 *   what the source held: its links, how many different URLs they are, and what a person should know about
 *   how it was read (say, a sitemap that could not be fetched)
 * @typedef {{id: number, type: "plan", plan: string}} PlanReply
 *   the links that are going to be checked, for `resume`; the page keeps it and does not look into it
 * @typedef {{id: number, type: "results", items: Result[], indexes: number[]}} ResultsReply
 *   and for each the index of its link: for `urls` that in the list, for `relay` the one given, else the place among the links
 *   as they were found
 * @typedef {{id: number, type: "outage", offline: boolean}} OutageReply
 *   this browser has lost its network: nothing is asked until it is back, and what failed is asked anew then
 * @typedef {{id: number, type: "exported", text: string, mediaType: string, extension: string}} ExportedReply
 * @typedef {{id: number, type: "folder", extensions: string[], vendored: string[], files: number, total: number}} FolderReply
 *   the extensions of files that are read, also with `.gz` behind them, and the names of folders that are passed over, as hidden
 *   ones are; the most files of a check, and the most bytes of them all
 * @typedef {{id: number, type: "done"}} DoneReply
 * @typedef {{id: number, type: "cancelled"}} CancelledReply
 * @typedef {{id: number, type: "error", code: string, name: string, message: string}} ErrorReply
 *   `code` is closed, see `worker.py`; `message` is a sentence for people
 * @typedef {FoundReply | PlanReply | ResultsReply | OutageReply | ExportedReply | FolderReply | DoneReply | CancelledReply | ErrorReply} Reply
 */

/**
 * Worker to page, unasked, in this order. `failed` is terminal: nothing follows it; it follows `ready` when Python
 * dies later, with the code `worker-died`. The client then starts another worker, whose events follow.
 * @typedef {"fetching" | "starting" | "installing" | "ready" | "failed"} Stage
 * @typedef {object} BootEvent
 * @property {"boot"} type
 * @property {Stage} stage
 * @property {number} loaded bytes so far, uncompressed
 * @property {number} total bytes in all, uncompressed
 * @property {{json_head: string, python: string, pyodide: string}} [versions] with `ready`
 * @property {string} [snapshot] with `installing` and `ready`: whether Python started from its snapshot (`used`), there was `none`
 *   (one is made later), they are `off`, or it `failed: ` and why (it is deleted, and Python started without it)
 * @property {{code: string, name: string, message: string}} [error] with `failed`
 */

/** @typedef {Reply | BootEvent} WorkerMessage */

/** The types of reply after which a request is over. */
export const TERMINAL = new Set(["done", "error", "cancelled"]);

/** The verdicts, worst first: the order in which the page lists them. @type {Verdict[]} */
export const VERDICTS = [
  "broken",
  "server-error",
  "no-answer-seen",
  "timeout",
  "answered-unreadable",
  "other-status",
  "head-unsupported",
  "restricted",
  "rate-limited",
  "not-checked",
  "ok",
];

/** Those that admit ignorance, about which a relay can be asked: `UNDECIDED` in py/json_head/verdicts.py. @type {Set<Verdict>} */
export const UNDECIDED = new Set(["answered-unreadable", "timeout", "no-answer-seen"]);
