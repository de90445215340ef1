/**
 * The messages between a page and its worker: the only place in JavaScript where they are defined.
 * `py/json_head/pyodide/worker.py` is the other end.
 *
 * A request has an `id` that the page chooses. Its replies have the same id and end with exactly one
 * `done`, `error` or `cancelled`. Boot events have no id. Messages are plain objects that JSON can represent. The page
 * posts them as JSON text, so that other values fail in the page. A file's bytes are transferred next to that text, as `body`.
 */

/** @import {Verdict} from "./verdicts.js" */

/**
 * How a source is read. `auto` lets Python decide from name, media type and content.
 * @typedef {"auto" | "urls" | "text" | "markdown" | "html" | "xhtml" | "sitemap" | "feed" | "xml" | "css" | "csv" | "json" | "notebook" | "rst"
 *   | "asciidoc" | "mime"} Format
 */

/**
 * One of several files. A `.zip` file outside of folders is read as the folder that was packed. `body` holds the contents of all files, concatenated in the order of this list.
 * @typedef {object} FileItem
 * @property {string} name with its path if it was found in a folder: `docs/guide/index.md`
 * @property {number} size in bytes
 * @property {boolean} inFolder whether it was found in a folder, instead of being chosen by a person
 * @property {"too-large" | "unreadable"} [fault] why its contents are not in `body`
 */

/**
 * Where links come from. Exactly one of `urls`, `text`, `page` and `files` is set, or the message has a `body`.
 * @typedef {object} Source
 * @property {string[]} [urls] URLs, one link each, in this order
 * @property {string} [text] text of any format: pasted or typed
 * @property {string} [page] URL of a page or sitemap that the worker fetches
 * @property {FileItem[]} [files] several files, or the files of a folder, checked as one source
 * @property {Record<string, number>} [skipped] number of files in a folder that are not read, by extension
 * @property {string[]} [listing] all files in folders, and the folders with a slash at the end: `docs/img/`. Hidden and vendored ones are
 *   left out. Relative links of files are looked up in it if there is no `base`
 * @property {string[]} [repositories] names of folders that are known to be whole repositories
 * @property {boolean} [cut] whether files were left out because a check has a maximum number of files
 * @property {string} [name] a file's name
 * @property {string} [mediaType] a file's media type, according to the browser
 * @property {string} [base] base URL for relative links (absolute, http or https)
 * @property {Format} [format]
 */

/**
 * Limits of politeness and patience. Every property is optional; the defaults are in `py/json_head/model.py`.
 * @typedef {object} Policy
 * @property {number} [total] requests under way in all
 * @property {number} [per_host] requests under way per host
 * @property {number} [rate_per_host] requests per second and host, 0 for any number
 * @property {number} [timeout_s] time limit of a request in seconds, from its dispatch
 * @property {number} [retries] number of retries after a timeout, 429 or 5xx
 * @property {number} [backoff_s] seconds before the first retry
 * @property {number} [retry_after_cap_s] the longest Retry-After that is honoured, in seconds
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
 * @property {{status: number, url: string, location: string}[]} [hops] redirects on the way; browsers do not expose them
 * @property {number} elapsed_ms
 */

/**
 * The result of one link. json-head's own keys come first. `ok` is whether a response was read, whatever its status.
 * @typedef {object} Result
 * @property {boolean} ok
 * @property {number} [status] when ok, unless the target is a file
 * @property {Record<string, string>} [headers] when ok; lower-case names
 * @property {string} [error] when not ok: a code, the same as `rule`
 * @property {string} url the link, absolute where it could be resolved, else as written
 * @property {Verdict} verdict
 * @property {string} rule code of the rule that gave the verdict
 * @property {string} reason one sentence for people
 * @property {string} [path] of a link to a file: where it leads to, beginning with the dropped folder; the fragment included
 * @property {string | null} final_url
 * @property {boolean} redirected
 * @property {"found" | "missing" | "not-told"} [fragment] if the page or file was read: whether it has what the URL's fragment points to
 * @property {string} [fragment_rule] with `not-told`: why, as a code
 * @property {"HEAD" | "GET" | null} method
 * @property {"browser" | "native" | "relay" | "file" | null} via
 * @property {Attempt[]} attempts every request made, in order
 * @property {number} elapsed_ms of all attempts together
 * @property {string | null} checked_at RFC 3339, UTC
 * @property {string | null} source the page or file that has the link; null for typed text
 * @property {number | null} line from 1
 * @property {number | null} column from 1
 * @property {string} text the link's text as readers see it
 * @property {string} found how it was found: `a href`, `markdown link`, `bare url`, `loc`, ...
 */

/**
 * Page to worker.
 * @typedef {{id: number, type: "audit", source: Source, policy?: Policy, relay?: string, fragments?: boolean,
 *   controller?: string, body?: ArrayBuffer}} AuditRequest
 *   Replies: one or more `found`, one `plan`, `results` as they arrive (one result for each link), `outage` when one begins and
 *   when it ends, and `done` or `cancelled`. `relay` is the URL of a relay that reads the page if this browser can't.
 *   `fragments`: each page that works and that a link with a fragment leads to is read once, to look for what the fragment points to.
 *   `controller` is the script URL of a service worker that controls the page and is not this site's own
 * @typedef {{id: number, type: "resume", plan: string, answered: number[], policy?: Policy, fragments?: boolean,
 *   controller?: string}} ResumeRequest
 *   Continues an audit that another worker began, with its plan and the indexes of the links that have a result. Files of folders are lost
 *   with the other worker, so that links to them end `not-checked`.
 *   Replies: `results`, `outage`, and `done` or `cancelled`
 * @typedef {{id: number, type: "relay", relay: string, results: Result[], indexes: number[]}} RelayRequest
 *   Lets json-head's HTTP API at the URL `relay` check the undecided results. `indexes` has one index for each of `results`.
 *   Replies: `results` as they arrive (one for each; decided results are returned unchanged), and `done`, `error` or `cancelled`
 * @typedef {"json" | "ndjson" | "csv" | "markdown" | "junit" | "sarif" | "gitlab"} ExportFormat
 * @typedef {{id: number, type: "export", format: ExportFormat, results: Result[]}} ExportRequest
 *   Replies: `exported` and `done`
 * @typedef {{id: number, type: "patch", source: Source, results: Result[], body?: ArrayBuffer}} PatchRequest
 *   Repairs links in the contents of a source, by the results of a check of it. Replies: `found`, `patch` and `done`
 * @typedef {{id: number, type: "folder"}} FolderRequest
 *   Requests which files of a folder are read. Replies: `folder` and `done`
 * @typedef {{id: number, type: "cancel"}} CancelRequest
 *   `id` is the id of the request to cancel. That request then ends with `cancelled`, after `not-checked` results for the links not
 *   yet checked. Has no effect if that request has ended
 * @typedef {AuditRequest | ResumeRequest | RelayRequest | ExportRequest | PatchRequest | FolderRequest | CancelRequest} PageMessage
 */

/**
 * A PageMessage as it is posted: `json` has everything but its `body`.
 * @typedef {{id: number, json: string, body?: ArrayBuffer}} Posted
 */

/**
 * The first message to a worker: how to boot. `refresh`: bypass the HTTP cache, which may hold the file that failed. `snapshot`:
 * start from a snapshot of Python's memory, if there is one. `controlled`: this site's own service worker controls the page.
 * @typedef {{refresh: boolean, snapshot: boolean, controlled: boolean}} BootOptions
 */

/**
 * Posted if the page has to send the worker's requests from then on, which it receives from this port: see page-fetch.js.
 * @typedef {{port: MessagePort}} Lent
 */

/**
 * Worker to page, in reply.
 * @typedef {{id: number, type: "found", links: number, urls: number, format: Exclude<Format, "auto">, source: string | null, notes: string[]}} FoundReply
 *   The contents of the source: the number of links, the number of different URLs, and notes for people on how it was read
 *   (for example, a sitemap that could not be fetched)
 * @typedef {{id: number, type: "plan", plan: string}} PlanReply
 *   The links that will be checked, for `resume`. The page stores it and does not interpret it
 * @typedef {{id: number, type: "results", items: Result[], indexes: number[]}} ResultsReply
 *   `indexes` has the index of each item's link: for `urls` the index in the list, for `relay` the index from the request, otherwise the
 *   index among the links in the order in which they were found
 * @typedef {{id: number, type: "outage", offline: boolean}} OutageReply
 *   If `offline`, this browser has lost its network. No request is sent until it returns; failed requests are then repeated
 * @typedef {{id: number, type: "exported", text: string, mediaType: string, extension: string}} ExportedReply
 * @typedef {{id: number, type: "patch", text: string, links: number, files: number, left: number}} PatchReply
 *   A unified diff, the number of links and files that it repairs, and of links that look repairable and are left
 * @typedef {{id: number, type: "folder", extensions: string[], vendored: string[], ofRepositories: string[], files: number, total: number}} FolderReply
 *   `extensions` of the files that are read, also when followed by `.gz`; names of `vendored` folders, which are skipped like hidden
 *   ones; `ofRepositories`: names of folders, of which a repository has one at its top; the maximum number of `files` of a check, and their maximum size in bytes, in `total`
 * @typedef {{id: number, type: "done"}} DoneReply
 * @typedef {{id: number, type: "cancelled"}} CancelledReply
 * @typedef {{id: number, type: "error", code: string, name: string, message: string, relayable?: boolean}} ErrorReply
 *   `code` is from a closed list, see `worker.py`; `message` is a sentence for people; `relayable`: a relay may succeed where
 *   this failed
 * @typedef {FoundReply | PlanReply | ResultsReply | OutageReply | ExportedReply | PatchReply | FolderReply | DoneReply | CancelledReply | ErrorReply} Reply
 */

/**
 * Worker to page, not in reply to a request, in this order. `failed` is a worker's last event. It follows `ready` if Python
 * dies later, with the code `worker-died`. The client then starts another worker, whose events follow.
 * @typedef {"fetching" | "starting" | "installing" | "ready" | "failed"} Stage
 * @typedef {object} BootEvent
 * @property {"boot"} type
 * @property {Stage} stage
 * @property {number} loaded bytes so far, uncompressed
 * @property {number} total bytes in all, uncompressed
 * @property {{json_head: string, python: string, pyodide: string}} [versions] with `ready`
 * @property {string} [snapshot] with `installing` and `ready`: `used` if Python started from its snapshot, `none` if there was none
 *   (one is made later), `off` if snapshots are off, or `failed: ` and the reason (it is deleted, and Python started without it)
 * @property {{code: string, name: string, message: string}} [error] with `failed`
 */

/** @typedef {Reply | BootEvent} WorkerMessage */

/** The types of reply that end a request. */
export const TERMINAL = new Set(["done", "error", "cancelled"]);
