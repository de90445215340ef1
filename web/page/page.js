/** The page: connects the form, the checks, the table, the inspector and the URL, which do not depend on each other. */

/** @import {Verdict} from "../client/verdicts.js" */
/** @import {Column, Row, Sort} from "./rows/row.js" */
/** @import {Order} from "./input/order.js" */
/** @import {Asked} from "./urlstate.js" */

import { Actions } from "./results/actions.js";
import { button, byId, publishHeight, reveal } from "./dom.js";
import { copy, Download, jsonOf } from "./results/download.js";
import { Form } from "./input/form.js";
import { prepareFrame, tellResults } from "./framed.js";
import { formats, hostOf } from "./format.js";
import { Inspector } from "./results/inspector.js";
import { showLegend } from "./results/legend.js";
import { showLoading } from "./loading.js";
import { Notice } from "./notice.js";
import { OnlyNew } from "./results/only-new.js";
import { keepOffline } from "./offline.js";
import { readPlaces } from "./past/places.js";
import { Opening } from "./past/opening.js";
import { Past } from "./past/past.js";
import { showPlain } from "./plain.js";
import { Redraw } from "./redraw.js";
import { Relaying } from "./relaying.js";
import { View } from "./rows/view.js";
import { Run } from "./check.js";
import { client } from "./start.js";
import { Runs } from "./past/runs.js";
import { askedOf } from "./past/stored.js";
import { Summary } from "./results/summary.js";
import { Table } from "./results/table.js";
import { addressOf, addressWith, askedQuery, fragmentOf, MAX_ASKED, NOTHING } from "./urlstate.js";
import { orderOf, readQuery, readView, replaceAddress } from "./urlstate.js";

/** Interval for redrawing the clock and the rate when nothing else changes, in milliseconds. */
const TICK_MS = 500;

class Page {
  #results = byId("results", HTMLElement);
  #filter = byId("filter", HTMLInputElement);

  #notice = new Notice();
  #summary = new Summary((verdict) => this.#toggle(verdict));
  #actions = new Actions({
    cancel: () => this.#run?.cancel(),
    rest: () => this.#repeat((run) => run.checkRest()),
    limited: () => this.#repeat((run) => run.check(run.rows.limited)),
    again: () => this.#repeat((run) => this.#again(run)),
    relay: () => this.#relaying.ask(this.#shown?.rows ?? []),
    copy: () => copy(jsonOf(client, this.#run, this.#shown?.rows ?? []), "JSON", this.#notice),
  });
  #table = new Table({
    open: (row) => this.#open(row),
    move: (row) => this.#inspector.row && this.#open(row),
    sort: (column) => this.#cycleSort(column),
  });
  #inspector = new Inspector({
    close: () => this.#close(),
    again: (row) => this.#checkAgain(row),
    relay: (row) => this.#relaying.ask([row]),
    copy: (text, what) => copy(text, what, this.#notice),
    json: (row) => jsonOf(client, this.#run, [row]),
  });
  #form = new Form(
    (order) => this.#start(order, order),
    (file) => this.#past.take(file),
    (message) => this.#notice.show("Nothing to check", message),
    () => {
      replaceAddress(addressWith(this.#form.relay));
      this.#relaying.updateLabel();
      this.#redraw.schedule();
    },
  );
  #relaying = new Relaying({
    form: this.#form,
    notice: this.#notice,
    summary: this.#summary,
    run: () => this.#run,
    draw: () => this.#draw(),
    restart: (run, relay) => {
      void this.#start({ ...run.order, relay }, readQuery());
    },
    reveal: () => this.#revealForm(),
  });

  #onlyNew = new OnlyNew((text) => {
    this.#filter.value = text;
    this.#change({ text });
  });
  #past = new Past({
    client,
    notice: this.#notice,
    open: (info) => void this.#opening.reopen(info),
    removed: (id) => this.#run && (id === null || id === this.#run.record.id) && this.#opening.leave(),
  });

  #runs = new Runs();
  #opening = new Opening({
    client,
    past: this.#past,
    runs: this.#runs,
    current: () => this.#run,
    show: (run) => this.#showRun(run),
    start: (asked) => {
      this.#form.suggest(asked);
      void this.#start(orderOf(asked, this.#form.policy()), asked, true);
    },
    address: () => addressOf(NOTHING, this.#form.relay),
  });
  /** @type {Run | null} the check that is shown */
  #run = null;
  /** The query of the URL that `#run` belongs to. */
  #query = "";
  #view = readView();
  /** @type {View | null} */
  #shown = null;
  /** The sort order of `#shown`. @type {Sort} */
  #sort = { by: "verdict", down: false };
  /** The problems already shown, so that a dismissed notice is not shown again. @type {unknown} */
  #shownProblems = null;
  /** Whether the open row is still to be scrolled to. */
  #revealing = false;
  /** The view to apply once Back has closed the inspector. @type {ReturnType<typeof readView> | null} */
  #closing = null;
  #python = client.boot.stage === "ready"; // Python starts in parallel and may be ready already
  #redraw = new Redraw(() => this.#draw());

  constructor() {
    const { relay } = readQuery();
    if (relay) this.#form.suggestRelay(relay);
    new Download(client, () => ({ run: this.#run, rows: this.#shown?.rows ?? [] }), this.#notice);
    showLegend();
    showLoading(client, (title, message) =>
      this.#notice.show(title, message, [button("Load again", () => this.#loadAgain(), { id: "reload", class: "primary" })]),
    );
    client.addEventListener("boot", () => {
      const python = client.boot.stage === "ready";
      if (python !== this.#python) this.#redraw.schedule();
      this.#python = python;
    });
    this.#filter.addEventListener("input", () => this.#change({ text: this.#filter.value }));
    addEventListener("keydown", (event) => this.#onKey(event));
    addEventListener("popstate", () => this.#restore());
    publishHeight(byId("toolbar", HTMLElement), "--toolbar"); // it is sticky, and so are elements below it
    setInterval(() => this.#run?.running && this.#redraw.schedule(), TICK_MS);
    this.#restore();
    void client.ready.catch(() => {}).then(() => (window.requestIdleCallback ?? setTimeout)(formats)); // before results need them
  }

  /**
   * Begin a check and cancel the one under way. Back returns to that one, and its remaining links can be checked then.
   * @param {Order} order
   * @param {Asked} input
   * @param {boolean} [fromAddress] whether the URL already has this input
   */
  async #start(order, input, fromAddress = false) {
    const id = Runs.newId();
    if (fromAddress) history.replaceState({ run: id }, "");
    else history.pushState({ run: id }, "", addressOf(input, this.#form.relay));
    const run = new Run(client, order);
    this.#opening.enter(run, id);
    if (!fromAddress) reveal(this.#results);
    await run.start();
    tellResults(run);
    // If Python read the input as a list of URLs, put them into the page's URL.
    if (!fromAddress && input.page === null && run.format === "urls" && history.state?.run === id && run.rows.size <= MAX_ASKED) {
      const urls = run.rows.inOrder().map(({ url }) => url);
      const fragments = order.fragments ?? false;
      history.replaceState(
        history.state,
        "",
        addressOf({ urls, page: null, site: false, fragments }, this.#form.relay) + fragmentOf(this.#view),
      );
      this.#query = askedQuery();
    }
  }

  /** Apply the URL, after loading and on Back and Forward. */
  #restore() {
    const id = history.state?.run;
    const existing = this.#runs.get(id);
    if (this.#closing) {
      history.replaceState(history.state, "", location.pathname + location.search + fragmentOf(this.#closing));
      this.#closing = null;
    }
    if (existing) return this.#showRun(existing);
    // A fragment that was edited by hand, or a history entry from before a reload: it applies to the check that is shown.
    if (this.#run && askedQuery() === this.#query && (id === undefined || this.#query)) {
      history.replaceState({ ...history.state, run: this.#runs.idOf(this.#run) }, "");
      return this.#applyView();
    }
    void this.#opening.begin(readQuery());
  }

  /** Show a check, or none. A check that is no longer shown is cancelled. @param {Run | null} run */
  #showRun(run) {
    if (run !== this.#run) {
      this.#run?.removeEventListener("change", this.#stream);
      this.#run?.cancel();
      run?.addEventListener("change", this.#stream);
      this.#redraw.reset();
      if (client.boot.stage !== "failed") this.#notice.clear();
      this.#shownProblems = null;
    }
    this.#run = run;
    this.#query = askedQuery();
    document.body.toggleAttribute("data-results", run !== null);
    this.#results.hidden = run === null;
    this.#past.show(run);
    this.#applyView();
  }

  /** Apply the view in the URL. */
  #applyView() {
    this.#view = readView();
    this.#revealing = this.#view.row !== null;
    if (this.#filter.value !== this.#view.text) this.#filter.value = this.#view.text;
    this.#shown = null;
    this.#draw();
  }

  /** Change the view and the URL. @param {Partial<ReturnType<typeof readView>>} parts @param {boolean} [enter] whether to add a history entry, which Back undoes */
  #change(parts, enter = false) {
    this.#view = { ...this.#view, ...parts };
    const address = location.pathname + location.search + fragmentOf(this.#view);
    if (enter) history.pushState({ ...history.state, opened: true }, "", address);
    else replaceAddress(address);
    if (!("row" in parts)) this.#shown = null;
    this.#redraw.schedule();
  }

  /** @param {Verdict | null} verdict */
  #toggle(verdict) {
    const verdicts = new Set(verdict ? this.#view.verdicts : []);
    if (verdict && !verdicts.delete(verdict)) verdicts.add(verdict);
    this.#change({ verdicts });
  }

  /** Sort ascending, then descending, then in document order. @param {Column} column */
  #cycleSort(column) {
    const { by, down } = this.#sort;
    if (by !== column) this.#change({ sort: { by: column, down: false } });
    else this.#change({ sort: down ? { by: "found", down: false } : { by, down: true } });
  }

  /** Open a row's details. Opening adds a history entry; moving to another row with the details open does not. @param {Row} row */
  #open(row) {
    this.#change({ row: row.key }, this.#view.row === null);
    this.#draw();
    if (this.#inspector.isCovering) this.#inspector.focus();
  }

  #close() {
    const view = { ...this.#view, row: null };
    if (history.state?.opened) {
      this.#closing = view;
      history.back();
    } else {
      this.#change(view);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (event.target === this.#filter && this.#filter.value) return; // here Esc clears the field
    if (this.#inspector.row) this.#close();
    else if (this.#run?.running) this.#run.cancel();
  }

  #stream = () => this.#redraw.stream(Boolean(this.#run?.rows.size));

  #draw() {
    const run = this.#run;
    this.#summary.show(run, this.#python);
    if (!run) return;
    const { verdicts, text, row: key } = this.#view;
    // By default worst first, but a list of URLs keeps its order.
    const sort = this.#view.sort ?? { by: run.format === "urls" ? "found" : "verdict", down: false };
    if (!this.#shown || sort.by !== this.#sort.by || sort.down !== this.#sort.down) {
      this.#shown = new View(run.rows, sort, verdicts, text);
      this.#sort = sort;
      this.#summary.showFilter(verdicts);
      this.#table.showSort(sort);
    } else {
      this.#shown.update();
    }
    const { rows } = this.#shown;
    const opened = key === null ? null : (run.rows.get(key) ?? null);
    const leaving = !opened && this.#inspector.focused;
    const relay = hostOf(this.#form.relay);
    if (opened) void readPlaces(client, run, opened).then((read) => read && this.#redraw.schedule());
    this.#inspector.show(opened, relay);
    this.#table.show(rows, opened, this.#revealing && !run.running);
    this.#table.explain(rows.length || !run.rows.size ? null : "No row fits this filter.");
    if (!run.running) this.#revealing = false;
    if (leaving) this.#table.focus();
    this.#results.toggleAttribute("data-empty", !run.rows.size);
    this.#onlyNew.show(run, text);
    this.#actions.show(run, rows, verdicts.size > 0 || text.trim() !== "", relay);
    if (run.problems.length && run.problems !== this.#shownProblems && client.boot.stage !== "failed") {
      this.#shownProblems = run.problems;
      this.#notice.showProblems(run.problems, this.#relaying.waysOut(run.problems[0]));
    }
  }

  /** Restart Python after a failure, and check the links that were waiting for it. */
  #loadAgain() {
    this.#notice.clear();
    client.restart();
    if (this.#run?.hasRest) void this.#run.checkRest();
    this.#redraw.schedule();
  }

  /** Repeat a part of the check. @param {(run: Run) => Promise<void>} action */
  #repeat(action) {
    if (this.#run) void action(this.#run);
    this.#draw(); // the button goes away at once
  }

  /** Check the rows that match the filter again. Without a filter, a page or site is read again. @param {Run} run */
  async #again(run) {
    const asked = askedOf(run.order);
    if (asked.page === null || this.#view.text || this.#view.verdicts.size) return run.check(this.#shown?.rows ?? []);
    await this.#start(run.order, asked);
  }

  /** @param {Row} row */
  #checkAgain(row) {
    if (this.#run?.running) this.#notice.toast("This can be checked again when the check is over");
    else void this.#run?.check([row]);
  }

  /** Close the inspector where it covers the form, which is inert behind it. */
  #revealForm() {
    if (!this.#inspector.isCovering) return;
    this.#change({ row: null });
    this.#draw();
  }
}

const query = readQuery();
prepareFrame();
if (query.json) void showPlain(client, query);
else new Page();
/** @type {any} */ (window).replay?.(); // index.html has queued clicks and key presses until now
performance.mark("interactive"); // measured by tests/bench/boot.py

void client.ready.catch(() => {}).then(() => keepOffline()); // also after a failed boot, which a newer release may fix
