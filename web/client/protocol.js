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
 * Where links come from. Exactly one of `urls`, `text`, `page`, `site` and `files` is set, or the message has a `body`.
 * @typedef {object} Source
 * @property {string[]} [urls] URLs, one link each, in this order
 * @property {boolean} [reported] of `urls`: whether another link checker calls them broken, so that a success is confirmed by a second request
 * @property {string} [text] text of any format: pasted or typed
 * @property {string} [page] URL of a page or sitemap that the worker fetches
 * @property {string} [site] URL at which a crawl begins: the pages of its folder are read, and each target is checked once
 * @property {number} [maxPages] of a site: the most pages that are read
 * @property {boolean} [external] of a site: whether links to other sites are checked, too; true by default
 * @property {FileItem[]} [files] several files, or the files of a folder, checked as one source
 * @property {Record<string, number>} [skipped] number of files in a folder that are not read, by extension
 * @property {string[]} [listing] all files in folders, and the folders with a slash at the end: `docs/img/`. Hidden and vendored ones are
 *   left out. Relative links of files are looked up in it if there is no `base`
 * @property {string[]} [repositories] names of folders that are known to be whole repositories
 * @property {boolean} [cut] whether files were left out because a check has a maximum number of files
 * @property {string} [name] a file's name
 * @property {string} [mediaType] a file's media type, according to the browser. With a `text`, its charset is that in which queries are sent
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
 * @property {"browser" | "extension" | "native" | "relay" | "file"} via
 * @property {"response" | "opaque" | "timeout" | "failed" | "blocked"} outcome
 * @property {number} [status]
 * @property {string} [error] a code
 * @property {{status: number, url: string, location: string}[]} [hops] redirects on the way; browsers do not expose them
 * @property {number} elapsed_ms
 */

/**
 * How the final address differs: https or a slash was added, or `www.` added or dropped (`https+slash` and the like, if several of these differ); `http`: https was dropped.
 * `case`: upper and lower case; `query`: parameters were added; `sign-in`: a page to sign in; `home`: the home page in place of a deeper one;
 * `language`: the same page in a language; `site`: another host; `page`: another page.
 * @typedef {"https" | "slash" | "www" | "https+slash" | "https+www" | "slash+www" | "https+slash+www" | "http" | "case" | "query" | "sign-in" | "home"
 *   | "language" | "site" | "page"} RedirectKind
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
 * @property {{kind: RedirectKind, safe: boolean}} [redirect] if redirected to another address: what differs, and whether the link works and can be
 *   replaced without a doubt
 * @property {"found" | "missing" | "not-told"} [fragment] if the page or file was read: whether it has what the URL's fragment points to
 * @property {string} [fragment_rule] with `not-told`: why, as a code
 * @property {"HEAD" | "GET" | null} method
 * @property {"browser" | "extension" | "native" | "relay" | "file" | null} via
 * @property {Attempt[]} attempts every request made, in order
 * @property {number} elapsed_ms of all attempts together
 * @property {string | null} checked_at RFC 3339, UTC
 * @property {string | null} source the page or file that has the link; null for typed text
 * @property {number | null} line from 1
 * @property {number | null} column from 1
 * @property {string} text the link's text as readers see it
 * @property {boolean} [new] of a run that was compared: whether it fails and did not fail in the run before
 * @property {string} [since] of a run that has ended: the start of the first run in a row in which it fails
 * @property {string} [reported] of a link in another link checker’s report: the verdict there, and the message
 * @property {{decision: Word, reason: string | null, until: string | null}} [decision] in exports: what a person decided, until a day or for ever
 * @property {string} found how it was found: `a href`, `markdown link`, `bare url`, `loc`, ...
 */

/**
 * Where the results of a request are stored: in a new run; in a run that has begun; or `again`, in a new run that has everything else from
 * that run, which has ended. `source` is what runs are compared by. `options` come back with the run.
 * @typedef {{source: string, options: RunOptions} | {run: number} | {again: number}} Keep
 * @typedef {object} RunOptions
 * @property {string} title name of the sources for people
 * @property {{program: string, items: Finding[]}} [report] another link checker's, whose findings were checked
 * @property {string[]} [urls] the URLs of a list, if they are few
 * @property {string} [page]
 * @property {boolean} [site] whether the whole site of the page was checked
 * @property {number} [maxPages]
 * @property {boolean} [external]
 * @property {boolean} [fragments]
 * @property {string} [relay] URL of a relay that read pages of the check
 * @property {Policy} [policy]
 * @property {number} [links] number of links that were found
 * @property {FoundReply["format"]} [format] how the source was read
 * @property {boolean} [imported] whether it comes from a file
 */

/**
 * A check that was kept. Times are RFC 3339, UTC.
 * @typedef {object} RunInfo
 * @property {number} id
 * @property {"check" | "crawl"} kind
 * @property {string} source
 * @property {string | null} name given by a person
 * @property {string} started_at
 * @property {string | null} ended_at
 * @property {"unfinished" | "finished" | "interrupted" | "failed"} state `unfinished` while it runs, and after a crash; `failed` if nothing could be read
 * @property {boolean} running whether this page is checking it now
 * @property {number | null} previous the finished run of the same source before it
 * @property {string | null} previous_at its start, also after it has been deleted
 * @property {RunOptions} options
 * @property {string[]} notes
 * @property {{links?: number, targets?: number, pages?: number, verdicts?: Partial<Record<Verdict, number>>, urls?: Partial<Record<Verdict, number>>, new?: number, still?: number, fixed?: number, gone?: number, unclear?: number, oldest?: string | null, to_do?: {fix: number, look: number, decided: number}}} counts
 *   empty until it ends; `verdicts` counts links, and `urls` each address once; those of changes only if there is a run before it; `to_do` with a person's decisions when it ended
 */

/**
 * What an export for people tells about its check. Every property is optional.
 * @typedef {object} About
 * @property {string} [title] the source: an address, or the name of a file or folder
 * @property {"site" | "page" | "links"} [kind]
 * @property {string} [started_at] RFC 3339, with the offset of the reader's time zone
 * @property {number} [pages] of a site: number of pages that were read
 * @property {string[]} [notes] sentences on how the sources were read
 * @property {Partial<Record<Verdict | "decided", number>>} [unlisted] number of URLs that were checked and are not among the results; `decided`:
 *   those that a person said to work or to be ignored
 */

/**
 * A difference between two runs, or from a report to a run; `verdict` is empty if another program has reported it. `gone`: no link leads there any more. `unclear`: it is unknown whether it works now. `look`: it did not fail, and is to look at now.
 * @typedef {{change: "new" | "still" | "fixed" | "gone" | "unclear" | "look", url: string, source: string | null, verdict: Verdict | "", since: string | null}} Change
 */

/**
 * A person's decision on a link. For the scope `host`, `url` is any address on the host, or its name. `source` is the page or file that has
 * the link: a relative address needs it. `until` is the last day on which the decision applies, as `2027-02-28`; null or none for ever.
 * @typedef {"works" | "broken" | "ignore"} Word
 * @typedef {"address" | "prefix" | "host"} Scope from the narrowest to the widest
 * @typedef {{url: string, decision: Word, scope?: Scope, source?: string | null, reason?: string | null, until?: string | null}} Deciding
 */

/**
 * A decision that was made. For the scope `host`, `url` is its name, with a port unless it is that of the scheme. `active`: it has not run out.
 * @typedef {{id: number, url: string, source: string | null, decision: Word, scope: Scope, reason: string | null, until: string | null, madeAt: string, active: boolean}} DecisionInfo
 */

/**
 * Page to worker.
 * @typedef {{id: number, type: "audit", source: Source, policy?: Policy, relay?: string, relayToken?: string, fragments?: boolean,
 *   controller?: string, granted?: string[], keep?: Keep, body?: ArrayBuffer}} AuditRequest
 *   Replies: one or more `found`, one `plan` (none for a site), `kept` if there is a `keep`, `results` as they arrive (one result for each link; of a site one for each target, and one for each fragment that is missing), `outage` and `waiting` when one begins
 *   and when it ends, and `done` or `cancelled`. `relay` is the URL of a relay that reads the page if this browser can't,
 *   and `relayToken` the token that it requires.
 *   `fragments`: each page that works and that a link with a fragment leads to is read once, to look for what the fragment points to.
 *   `controller` is the script URL of a service worker that controls the page and is not this site's own.
 *   `granted`, of an extension's page, has match patterns of the websites whose responses it may read without CORS
 * @typedef {{id: number, type: "resume", plan: string, answered: number[], policy?: Policy, fragments?: boolean,
 *   controller?: string, granted?: string[], keep?: Keep}} ResumeRequest
 *   Continues an audit that another worker began, with its plan and the indexes of the links that have a result. Files of folders are lost
 *   with the other worker, so that links to them end `not-checked`.
 *   Replies: `results`, `outage`, `waiting`, and `done` or `cancelled`
 * @typedef {{id: number, type: "relay", relay: string, relayToken?: string, results: Result[], indexes: number[], keep?: Keep}} RelayRequest
 *   Lets json-head's HTTP API at the URL `relay` check the undecided results. `indexes` has one index for each of `results`.
 *   Replies: `results` as they arrive (one for each; decided results are returned unchanged), and `done`, `error` or `cancelled`
 * @typedef {"json" | "ndjson" | "csv" | "markdown" | "html" | "junit" | "sarif" | "gitlab" | "redirects" | "tasks"} ExportFormat
 * @typedef {{id: number, type: "export", format: ExportFormat, results: Result[], about?: About}} ExportRequest
 *   Replies: `exported` and `done`
 * @typedef {{id: number, type: "patch", source: Source, results: Result[], redirects?: string[], corrected?: boolean, body?: ArrayBuffer}} PatchRequest
 *   Repairs links in the contents of a source, by the results of a check of it. Links to the URLs in `redirects` get the address that
 *   they are redirected to, also where a doubt would leave them. Replies: `found`, `patch` and `done`
 * @typedef {{id: number, type: "excerpt", source: Source, line: number | null, column: number | null, url?: string, document?: string | null,
 *   body?: ArrayBuffer}} ExcerptRequest
 *   Requests the lines around a link: `line`, `column` and `url` are those of its result, and `document` is the result's `source`. Of a
 *   page or site the document is fetched, of several files or an archive it is the file of this name. A page may have changed: with a
 *   `url`, the nearest link to it is shown. Replies: `excerpt` and `done`
 * @typedef {{id: number, type: "report", body?: ArrayBuffer}} ReportRequest
 *   Reads another link checker's report. Replies: `report` and `done`, or an error with the code `no-report`, or `damaged-report` if it is cut off
 * @typedef {{id: number, type: "folder"}} FolderRequest
 *   Requests which files of a folder are read. Replies: `folder` and `done`
 * @typedef {{id: number, type: "go-on", keep: {run: number}, policy?: Policy, relay?: string, relayToken?: string, fragments?: boolean, controller?: string,
 *   granted?: string[]}} GoOnRequest
 *   Checks the links of a run that have no result in the store. Replies: `found`, `kept`, `results`, `outage`, `waiting`, and `done` or `cancelled`.
 *   `relay` is the URL of a relay that reads the pages of a site if this browser can't.
 * @typedef {{id: number, type: "runs"} | {id: number, type: "finish", run: number, complete: boolean, notes: string[]}
 *   | {id: number, type: "rename", run: number, name: string} | {id: number, type: "delete", run: number}
 *   | {id: number, type: "delete-all"}} RunsRequest
 *   Changes the store, and lists its runs. Replies: `runs` and `done`
 * @typedef {{id: number, type: "rows", run: number, failing?: boolean} | {id: number, type: "places", run: number, url: string}} RowsRequest
 *   The results of a run; with `failing` those that have `since`; `places`: those of all links to a URL without its fragment.
 *   Replies: `results` and `done`
 * @typedef {{id: number, type: "uses", run: number}} UsesRequest
 *   How many links lead to each URL of a site. Replies: `uses`, any number of times, and `done`
 * @typedef {{id: number, type: "similar", run: number, url: string}} SimilarRequest
 *   Which address of the run works, has the host of this URL, and is most similar to it. Replies: `similar` and `done`
 * @typedef {{id: number, type: "compare", before?: number, after: number, body?: ArrayBuffer}} CompareRequest
 *   Compares a run with an earlier one, or with the report of another link checker in `body`, where an error has the code `no-report`. Replies: `changes`, any number of times, and `done`
 * @typedef {{id: number, type: "export-run", run: number, format: ExportFormat, new?: boolean, urls?: string[], about?: About}} ExportRunRequest
 *   `new`: only results that did not fail in the run before. `urls`: only links to these URLs, as `rows` gives them. `about` replaces what the store tells about the run.
 *   Replies: `exported` and `done`
 * @typedef {{id: number, type: "database"}} DatabaseRequest
 *   Replies: `file`, the store as an SQLite file, and `done`
 * @typedef {{id: number, type: "import", name: string, body?: ArrayBuffer}} ImportRequest
 *   Adds the runs of a store or of a JSON export. Replies: `imported`, `runs` and `done`
 * @typedef {"json" | "toml" | "lycheeignore"} DecisionsFormat
 * @typedef {{id: number, type: "decisions"} | ({id: number, type: "decide"} & Deciding) | {id: number, type: "undecide", decision: number}
 *   | {id: number, type: "delete-decisions"} | {id: number, type: "import-decisions", body?: ArrayBuffer}} DecisionsRequest
 *   Changes and lists decisions; the body is that of a JSON export, else the error has the code `no-decisions`. Replies: `decisions` and `done`
 * @typedef {{id: number, type: "export-decisions", format: DecisionsFormat, items?: Deciding[]}} ExportDecisionsRequest
 *   `items` are exported in place of the decisions that were made. Replies: `exported` and `done`
 * @typedef {{id: number, type: "query", sql: string, run?: number, limit?: number, format?: "csv"}} QueryRequest
 *   Runs a SELECT on the store, which changes nothing and is ended after 5 seconds. `run` is the value of `:run` in it, by default the run that
 *   began last; `limit` the maximum number of rows, by default 1,000. Replies: `answer`, or `exported` with a `format` (all rows), and `done`
 * @typedef {RunsRequest | RowsRequest | UsesRequest | SimilarRequest | CompareRequest | ExportRunRequest | DatabaseRequest | ImportRequest | DecisionsRequest
 *   | ExportDecisionsRequest | QueryRequest} HistoryRequest
 * @typedef {{id: number, type: "cancel"}} CancelRequest
 *   `id` is the id of the request to cancel. That request then ends with `cancelled`, after `not-checked` results for the links not
 *   yet checked. Has no effect if that request has ended
 * @typedef {AuditRequest | ResumeRequest | RelayRequest | ExportRequest | PatchRequest | ExcerptRequest | ReportRequest | FolderRequest | GoOnRequest | HistoryRequest | CancelRequest} PageMessage
 */

/**
 * A PageMessage as it is posted: `json` has everything but its `body`.
 * @typedef {{id: number, json: string, body?: ArrayBuffer}} Posted
 */

/**
 * The first message to a worker: how to boot. `refresh`: bypass the HTTP cache, which may hold the file that failed. `snapshot`:
 * start from a snapshot of Python's memory, if there is one. `controlled`: this site's own service worker controls the page.
 * `history`: keep checks in this browser's storage.
 * @typedef {{refresh: boolean, snapshot: boolean, controlled: boolean, history: boolean}} BootOptions
 */

/**
 * Posted if the page has to send the worker's requests from then on, which it receives from this port: see page-fetch.js.
 * @typedef {{port: MessagePort}} Lent
 */

/**
 * Worker to page, in reply.
 * @typedef {{id: number, type: "found", links: number, urls: number, format: Exclude<Format, "auto">, source: string | null, notes: string[], pages?: number}} FoundReply
 *   The contents of the source: the number of links, the number of different URLs, and notes for people on how it was read
 *   (for example, a sitemap that could not be fetched). Of a site: what was found so far, and the number of `pages` that were read
 * @typedef {{id: number, type: "plan", plan: string}} PlanReply
 *   The links that will be checked, for `resume`. The page stores it and does not interpret it
 * @typedef {{id: number, type: "results", items: Result[], indexes: number[]}} ResultsReply
 *   `indexes` has the index of each item's link: for `urls` the index in the list, for `relay` the index from the request, otherwise the
 *   index among the links in the order in which they were found
 * @typedef {{id: number, type: "outage", offline: boolean}} OutageReply
 *   If `offline`, this browser has lost its network. No request is sent until it returns; failed requests are then repeated
 * @typedef {{host: string, cause: "reply" | "requested" | "spaced" | "rate", seconds: number | null}} Wait
 *   `cause`: requests are under way to this website (`reply`), it wants fewer of them (`requested`), its robots.txt wants them apart
 *   (`spaced`), or the policy has a rate; `seconds` that are left, if that is known
 * @typedef {{id: number, type: "waiting", wait: Wait | null}} WaitingReply
 *   What the check waits for when nothing else happens for some seconds; null once it goes on
 * @typedef {{id: number, type: "exported", text: string, mediaType: string, extension: string}} ExportedReply
 * @typedef {{id: number, type: "patch", text: string, links: number, files: number, left: number, body?: Uint8Array<ArrayBuffer>}} PatchReply
 *   A unified diff, the number of links and files that it repairs, and of links that look repairable and are left. `body` is the whole
 *   source with the repairs, if it was asked for by `corrected`, is a single text or file, and anything is repaired
 * @typedef {{number: number, text: string, mark: [start: number, end: number] | null, cutBefore: boolean, cutAfter: boolean}} ExcerptLine
 *   A line of a source, at most 240 characters of it; `cutBefore` and `cutAfter` tell on which side it has more. `mark` is the part of
 *   `text` that belongs to the link, for `text.slice(...mark)`: in UTF-16 units
 * @typedef {{id: number, type: "excerpt", lines: ExcerptLine[], line: number, column: number}} ExcerptReply
 *   Up to five lines, with the link in the third if there are two before it; the place of the link
 * @typedef {{id: number, type: "folder", extensions: string[], vendored: string[], ofRepositories: string[], files: number, total: number}} FolderReply
 *   `extensions` of the files that are read, also when followed by `.gz`; names of `vendored` folders, which are skipped like hidden
 *   ones; `ofRepositories`: names of folders, of which a repository has one at its top; the maximum number of `files` of a check, and
 *   their maximum size in bytes, in `total`
 * @typedef {"kept" | "taken" | "unavailable" | "not-a-store" | "newer-version" | "corrupt" | "locked" | "full" | "unwritable" | "bad-row"} Keeping
 *   Whether checks are kept, or why they are forgotten with the page: another tab has the storage, or the browser offers none; what is
 *   there cannot be read; or why a check could not be written
 * @typedef {{id: number, type: "kept", run: number | null, state: Keeping, dropped: Dropped[]}} KeptReply
 *   The run that has the results. `dropped`: runs that were deleted for want of room
 * @typedef {{title: string, started_at: string}} Dropped
 * @typedef {{id: number, type: "runs", runs: RunInfo[], state: Keeping, size: number, room: number, dropped: Dropped[]}} RunsReply
 *   The last run first; `size` and `room` in bytes
 * @typedef {{id: number, type: "uses", items: [string, number][]}} UsesReply
 *   URLs that more than one link leads to, with the numbers of these
 * @typedef {{id: number, type: "similar", url: string | null}} SimilarReply
 * @typedef {{id: number, type: "changes", items: Change[]}} ChangesReply
 * @typedef {{id: number, type: "file", body: Uint8Array<ArrayBuffer>, mediaType: string, extension: string}} FileReply
 * @typedef {{id: number, type: "imported", runs: number[]}} ImportedReply
 * @typedef {{id: number, type: "decisions", items: DecisionInfo[], state: Keeping, added?: number}} DecisionsReply
 *   All decisions that were not replaced, the last one first; after an import, the number of those that were `added`
 * @typedef {string | number | null} Value of a column. Bytes are hexadecimal; numbers that JavaScript cannot hold, and infinity, are text
 * @typedef {{id: number, type: "answer", columns: string[], rows: Value[][], truncated: boolean, ms: number}} AnswerReply
 *   Names of columns may repeat. Long values end with an ellipsis. `truncated`: there are more rows. `ms`: the time that the query took
 * @typedef {{url: string, source: string | null, line: number | null, column: number | null, text: string, message: string, verdict: string}} Finding
 *   A link that a report calls broken; `message` is the words of the program, and `verdict` is empty in reports of other programs than json-head
 * @typedef {{id: number, type: "report", program: string, items: Finding[], withoutAddress: number}} ReportReply
 *   `withoutAddress`: the number of findings that name no URL, which are not among the items
 * @typedef {{id: number, type: "done"}} DoneReply
 * @typedef {{id: number, type: "cancelled"}} CancelledReply
 * @typedef {{id: number, type: "error", code: string, name: string, message: string, relayable?: boolean}} ErrorReply
 *   `code` is from a closed list, see `worker.py`; `message` is a sentence for people; `relayable`: a relay may succeed where
 *   this failed
 * @typedef {FoundReply | PlanReply | ResultsReply | OutageReply | WaitingReply | ExportedReply | PatchReply | ExcerptReply | FolderReply | KeptReply | RunsReply
 *   | UsesReply | SimilarReply | ChangesReply | FileReply | ImportedReply | DecisionsReply | ReportReply | AnswerReply | DoneReply | CancelledReply | ErrorReply} Reply
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
 * @property {string[]} [stalled] files of which no data has arrived for 30 seconds. The boot continues if more arrives; `restart` starts over
 * @property {{json_head: string, python: string, pyodide: string}} [versions] with `ready`
 * @property {string} [snapshot] with `installing` and `ready`: `used` if Python started from its snapshot, `none` if there was none
 *   (one is made later), `off` if snapshots are off, or `failed: ` and the reason (it is deleted, and Python started without it)
 * @property {{code: string, name: string, message: string}} [error] with `failed`
 */

/** @typedef {Reply | BootEvent} WorkerMessage */

/** The types of reply that end a request. */
export const TERMINAL = new Set(["done", "error", "cancelled"]);
