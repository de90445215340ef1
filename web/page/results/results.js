/** The results of a check: connects tabs, filters, the list and the details, and keeps in the address what is shown. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Run} from "../check.js" */
/** @import {Change} from "../list/announcing.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Row, Sort} from "../rows/row.js" */
/** @import {Tab} from "../rows/tabs.js" */
/** @import {Stage} from "../shell/stage.js" */
/** @import {Judging} from "../triage/judging.js" */
/** @import {ViewState} from "../urlstate.js" */

import { Drawer } from "../charts/drawer.js";
import { Details } from "../details/details.js";
import { byId } from "../dom.js";
import { Announcing, emptyWords } from "../list/announcing.js";
import { ListEnd } from "../list/end.js";
import { Waiting } from "../list/waiting.js";
import { readAllPlaces, readPlaces } from "../past/places.js";
import { RedirectsTab } from "../redirects/tab.js";
import { Redraw } from "../redraw.js";
import { nextSort } from "../rows/order.js";
import { tabCounts } from "../rows/tabs.js";
import { View } from "../rows/view.js";
import { onLetters } from "../shell/keys.js";
import { fragmentOf, readView, replaceAddress } from "../urlstate.js";
import { ToTriage } from "../triage/totriage.js";
import { Actions } from "./actions.js";
import { Chips } from "./chips.js";
import { Download } from "./download.js";
import { copy, jsonOf } from "./saving.js";
import { StartHere } from "./start-here.js";
import { Summary } from "./summary.js";
import { Table } from "./table.js";
import { isList, tabOf, Tabs } from "./tabs.js";

/** Interval for redrawing the clock and the rate when nothing else changes, in milliseconds. */
const TICK_MS = 500;

/**
 * What the page does for this module.
 * @typedef {object} Ports
 * @property {() => string} relay the host of the helper server, or empty
 * @property {(rows: Row[]) => void} askRelay
 * @property {(run: Run, isFiltered: boolean) => void} again check what is shown again
 * @property {(run: Run) => void} rest go on with a check that was stopped
 * @property {() => string} waiting why Python is not ready, or empty
 * @property {() => ((row: Row) => void) | null} reveal shows a link in the page of a tab; null if there is none
 * @property {(run: Run) => void} drawn called after each draw
 */

export class Results {
  #section = byId("results", HTMLElement);
  #filter = byId("filter", HTMLInputElement);
  #grid = byId("grid", HTMLElement);
  #client;
  #notice;
  #ports;
  #summary;
  #tabs = new Tabs((tab) => this.#change({ tab }, "tab"));
  #startHere = new StartHere(() => this.#change({ sort: { by: "places", down: true } }, "sort"));
  #chips = new Chips((text) => this.#setFilter(text));
  #actions = new Actions({
    cancel: () => this.#run?.cancel(),
    rest: () => this.#repeat((run) => this.#ports.rest(run)),
    limited: () => this.#repeat((run) => void run.check(run.rows.limited)),
    again: () => this.#repeat((run) => this.#ports.again(run, this.#view.text.trim() !== "")),
    relay: () => this.#ports.askRelay(this.rows),
    copy: () => copy(jsonOf({ client: this.#client, judging: this.#judging }, this.#run, this.rows), "JSON", this.#notice),
  });
  #table = new Table({
    open: (row) => this.#open(row),
    move: (row) => this.#details.row && this.#open(row),
    fold: ({ key }) => this.#fold(key),
    sort: (column) => this.#change({ sort: nextSort(this.#current.sort, column) }, "sort"),
  });
  #details;
  #download;
  #judging;
  #toTriage;
  #listEnd;
  #redirects;
  #drawer;
  /** @type {Run | null} */
  #run = null;
  #view = readView();
  /** @type {View | null} */
  #shown = null;
  /** What `#shown` shows. @type {{tab: Tab, sort: Sort}} */
  #current = { tab: "all", sort: { by: "verdict", down: false } };
  /** Keys of the groups that were unfolded. @type {Set<string>} */
  #unfolded = new Set();
  /** Whether the open row is still to be scrolled to. */
  #revealing = false;
  /** The view to apply once Back has closed the details. @type {ViewState | null} */
  #closing = null;
  #isRunning = () => this.#run?.running ?? false;
  #redraw = new Redraw(() => this.draw(), this.#isRunning);
  #announcing = new Announcing();
  #waiting = new Waiting(() => this.#showWaiting());

  /** @param {{client: JsonHead, judging: Judging, notice: Notice, stage: Stage} & Ports} parts */
  constructor({ client, judging, notice, stage, ...ports }) {
    this.#judging = judging;
    this.#client = client;
    this.#notice = notice;
    this.#ports = ports;
    this.#summary = new Summary(stage);
    this.#details = new Details({
      client,
      judging,
      notice,
      open: (row) => this.#open(row),
      close: () => this.close(),
      move: (by) => this.#move(by),
      again: (row) => this.#checkAgain(row),
      relay: (row) => ports.askRelay([row]),
      reveal: ports.reveal,
      copy: (text, what) => copy(text, what, notice),
      json: (row) => jsonOf({ client, judging }, this.#run, [row]),
    });
    judging.addEventListener("change", () => this.#redraw.schedule());
    this.#toTriage = new ToTriage(judging);
    this.#listEnd = new ListEnd(notice);
    this.#redirects = new RedirectsTab({ client, judging, notice, open: (url) => this.#openUrl(url) });
    this.#drawer = new Drawer({
      client,
      filter: (text) => this.#setFilter(text),
      toggled: () => (this.#details.row ? this.close() : this.draw()),
    });
    this.#download = new Download({ client, judging }, () => ({ run: this.#run, tab: this.#tab, rows: this.rows }), notice);
    this.#filter.addEventListener("input", () => this.#change({ text: this.#filter.value }, "filter"));
    for (const radio of this.#groupings) radio.addEventListener("change", () => this.#group(radio.value));
    addEventListener("keydown", (event) => this.#onKey(event));
    onLetters(this.#grid, () => this.#letters());
    setInterval(() => this.#isRunning() && this.#redraw.schedule(), TICK_MS);
  }

  /** The rows that match the filter. */
  get rows() {
    return this.#shown?.rows ?? [];
  }

  get #groupings() {
    return [...document.querySelectorAll("#grouping input")].filter((input) => input instanceof HTMLInputElement);
  }

  get #tab() {
    return this.#current.tab;
  }

  /** Show another check, or none. @param {Run | null} run */
  show(run) {
    if (run !== this.#run) {
      this.#run?.removeEventListener("change", this.#stream);
      run?.addEventListener("change", this.#stream);
      this.#redraw.reset();
      this.#unfolded.clear();
    }
    this.#run = run;
    this.applyView();
  }

  /** Redraw soon. */
  update() {
    this.#redraw.schedule();
  }

  /** Apply the view in the address. */
  applyView() {
    if (this.#closing) {
      history.replaceState(history.state, "", location.pathname + location.search + fragmentOf(this.#closing));
      this.#closing = null;
    } else if (this.#drawer.covering.isOn || readView().row !== null) this.#drawer.close();
    this.#view = readView();
    this.#revealing = this.#view.row !== null;
    if (this.#filter.value !== this.#view.text) this.#filter.value = this.#view.text;
    for (const radio of this.#groupings) radio.checked = radio.value === this.#view.group;
    this.#shown = null;
    this.draw();
    if (this.#details.covering.isOn && !this.#details.focused) this.#details.focus();
  }

  /** The part of the address that says what is shown. */
  get fragment() {
    return fragmentOf(this.#view);
  }

  /**
   * Change the view and the address.
   * @param {Partial<ViewState>} parts
   * @param {Change | null} [announced] the change, if screen readers are to be told how many links are shown
   * @param {boolean} [enter] whether to add a history entry, which Back undoes
   */
  #change(parts, announced = null, enter = false) {
    this.#view = { ...this.#view, ...parts };
    const address = location.pathname + location.search + fragmentOf(this.#view);
    if (enter) history.pushState({ ...history.state, opened: true }, "", address);
    else replaceAddress(address);
    if (!("row" in parts)) this.#shown = null;
    this.#announced = announced;
    this.#redraw.schedule();
  }

  /** The change that is announced with the next draw. @type {Change | null} */
  #announced = null;

  /** @param {string} text */
  #setFilter(text) {
    this.#filter.value = text;
    this.#change({ text }, "filter");
  }

  /** @param {string} value */
  #group(value) {
    this.#change({ group: value === "page" || value === "site" ? value : "link" }, "group");
  }

  /** Show the rows that wait. The row with the cursor stays where it is on the screen. */
  #showWaiting() {
    this.#table.keepInSight();
    this.#shown?.update();
    this.#table.focus();
    this.draw();
  }

  /** @param {string} key */
  #fold(key) {
    this.#shown?.toggle(key);
    this.draw();
  }

  /** Open a row's details. Opening adds a history entry; moving to another row with the details open does not. @param {Row} row */
  #open(row) {
    this.#drawer.close();
    const isFirst = this.#view.row === null;
    this.#change({ row: row.key }, null, isFirst);
    this.draw();
    if (isFirst || this.#details.covering.isOn) this.#details.focus();
  }

  /** @param {string} url */
  #openUrl(url) {
    const row = this.#run?.rows.get(url);
    if (row) this.#open(row);
  }

  /** Open the next or the previous row of the list. @param {1 | -1} by */
  #move(by) {
    const row = this.#details.row && this.rows[this.rows.indexOf(this.#details.row) + by];
    if (!row) return;
    this.#revealing = true;
    this.#open(row);
  }

  /** Close the details. */
  close() {
    const view = { ...this.#view, row: null };
    if (history.state?.opened) {
      this.#closing = view;
      history.back();
    } else {
      this.#change(view);
    }
  }

  /** The actions of letters in the list. */
  #letters() {
    const [next, previous] = [() => this.#table.step(1), () => this.#table.step(-1)];
    const { row } = this.#table;
    return { ...(row && this.#details.lettersOf(row)), j: next, s: next, k: previous };
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || this.#section.hidden) return;
    if (event.target === this.#filter && this.#filter.value) return; // here Esc clears the field
    if (this.#details.row) this.close();
  }

  #stream = () => this.#redraw.stream(Boolean(this.#run?.rows.size));

  draw() {
    const run = this.#run;
    for (const { covering } of [this.#details, this.#drawer]) covering.update();
    if (!run || this.#section.hidden) return;
    this.#judging.apply(run.rows);
    this.#summary.show(run, this.#ports.waiting());
    const { text, row: key, group } = this.#view;
    const tab = this.#view.tab ?? tabOf(run);
    // By default worst first, but a list of URLs keeps its order.
    const sort = this.#view.sort ?? { by: isList(run) ? "found" : "verdict", down: false };
    const { sort: before } = this.#current;
    if (!this.#shown || tab !== this.#tab || sort.by !== before.by || sort.down !== before.down) {
      this.#shown = new View(run.rows, sort, text, { tab, grouping: group, unfolded: this.#unfolded });
      this.#current = { tab, sort };
      this.#table.showSort(sort);
    } else {
      this.#waiting.update(this.#shown, run, this.#details.row !== null || this.#table.isInUse, this.#table.firstBelow);
    }
    this.#waiting.show(this.#shown, run);
    const opened = key === null ? null : (run.rows.get(key) ?? null);
    const reading = group === "page" ? readAllPlaces(this.#client, run, this.rows) : opened && readPlaces(this.#client, run, opened);
    if (reading) void reading.then((read) => read && this.#redraw.schedule());
    this.#tabs.show(tabCounts(run.rows, "urls"), tab);
    this.#chips.show(run, tab, text);
    this.#drawList(run, opened);
    this.#actions.show(run, this.rows, text.trim() !== "", this.#ports.relay());
    this.#download.update();
    this.#section.toggleAttribute("data-empty", !run.rows.size);
    this.#grid.toggleAttribute("data-dated", Boolean(run.record.info?.previous_at)); // else there is no “since”
    this.#announce(run);
    this.#ports.drawn(run);
  }

  /** @param {Run} run @param {Row | null} opened */
  #drawList(run, opened) {
    const { rows, items } = /** @type {View} */ (this.#shown);
    const leaving = !opened && this.#details.focused;
    const isRedirects = this.#tab === "redirects";
    this.#redirects.show(run, isRedirects ? rows : null);
    this.#grid.hidden = isRedirects;
    this.#toTriage.show(run, this.#tab);
    this.#startHere.show(run, { tab: this.#tab, group: this.#view.group, rows, items, isFiltered: this.#view.text.trim() !== "" });
    this.#drawer.show(run, this.#view.text);
    this.#details.show(run, opened, this.#ports.relay());
    if (opened) this.#details.showPlace(rows.indexOf(opened), rows.length);
    this.#table.show(items, opened, this.#revealing && !run.running);
    this.#listEnd.show(run, isRedirects || this.#table.isWhole);
    this.#table.explain(rows.length || !run.rows.size ? null : emptyWords(run, this.#tab, this.#view.text));
    if (!run.running) this.#revealing = false;
    if (leaving) this.#table.focus();
  }

  /** @param {Run} run */
  #announce(run) {
    this.#announcing.show(run);
    const [{ sort }, { group, text }] = [this.#current, this.#view];
    const list = { number: this.rows.length, sort, group, empty: emptyWords(run, this.#tab, text) };
    if (this.#announced) this.#announcing.changed(this.#announced, list);
    this.#announced = null;
  }

  /** Repeat a part of the check. @param {(run: Run) => void} action */
  #repeat(action) {
    if (this.#run) action(this.#run);
    this.draw(); // the button goes away at once
  }

  /** @param {Row} row */
  #checkAgain(row) {
    if (this.#run?.running) this.#notice.toast("This can be checked again when the check is over");
    else void this.#run?.check([row]);
  }
}
