/** The page: connects the form, the checks, the scenes and the address, which do not depend on each other. */

/** @import {Order} from "./input/order.js" */
/** @import {Asked} from "./urlstate.js" */

import { Blocked, isBlocked } from "./blocked.js";
import { Run } from "./check.js";
import { button } from "./dom.js";
import { formats, hostOf } from "./format.js";
import { prepareFrame, tellResults } from "./framed.js";
import { Form } from "./input/form.js";
import { reportIn } from "./input/report.js";
import { copy } from "./results/saving.js";
import { api } from "./extension/api.js";
import { Extension } from "./extension/extension.js";
import { showLegend } from "./results/legend.js";
import { guardClicks } from "./shell/clicks.js";
import { prepareKeys } from "./shell/keys.js";
import { showLoading } from "./shell/loading.js";
import { Notice } from "./shell/notice.js";
import { keepOffline } from "./shell/offline.js";
import { Decisions } from "./past/decisions.js";
import { Opening } from "./past/opening.js";
import { Past } from "./past/past.js";
import { Runs } from "./past/runs.js";
import { askedOf } from "./past/stored.js";
import { showPlain } from "./plain.js";
import { problemOf } from "./problem.js";
import { Relaying } from "./relaying.js";
import { Results } from "./results/results.js";
import { namedScene, Stage } from "./shell/stage.js";
import { client } from "./start.js";
import { Judging } from "./triage/judging.js";
import { Triage } from "./triage/triage.js";
import { addressOf, addressWith, askedQuery, MAX_ASKED, NOTHING, orderOf, readQuery, replaceAddress } from "./urlstate.js";

class Page {
  #notice = new Notice();
  #stage = new Stage();
  #loading = showLoading(client, this.#notice, () => this.#loadAgain());
  #judging = new Judging(client);
  #results = new Results({
    client,
    judging: this.#judging,
    notice: this.#notice,
    stage: this.#stage,
    relay: () => hostOf(this.#form.relay),
    askRelay: (rows) => void this.#relaying.ask(rows),
    again: (run, isFiltered) => void this.#again(run, isFiltered),
    rest: (run) => void run.checkRest(),
    waiting: () => this.#loading.waiting,
    reveal: () => this.#extension?.reveal ?? null,
    drawn: (run) => {
      this.#extension?.update();
      this.#showProblems(run);
    },
  });
  #form = new Form(
    (order) => void (this.#extension ? this.#extension.begin(order) : this.#start(order, order)),
    async (file) => (await this.#decisions.take(file)) || this.#past.take(file),
    (file) => reportIn(client, file),
    (error, readAsText) => this.#refuseReport(error, readAsText),
    (message) => this.#notice.show("Nothing to check", message),
    () => {
      client.relayTokens.set(this.#form.relay, this.#form.relayToken);
      replaceAddress(addressWith(this.#form.relay));
      this.#relaying.updateLabel();
      this.#results.update();
    },
    () => this.#goToStart(),
  );
  #relaying = new Relaying({
    form: this.#form,
    notice: this.#notice,
    run: () => this.#run,
    draw: () => this.#results.draw(),
    restart: (run, relay) => {
      void this.#start({ ...run.order, relay }, readQuery());
    },
    reveal: () => this.#goToStart(),
  });
  #blocked = new Blocked({
    chooseFiles: () => this.#form.chooseFiles(),
    pasteText: () => this.#relaying.pasteText(),
    useRelay: () => void this.#relaying.readPage(),
    relayLabel: () => this.#relaying.label,
    copy: (text, what) => copy(text, what, this.#notice),
    allow: (page) => this.#allowing(page),
  });
  #triage = new Triage({
    client,
    notice: this.#notice,
    judging: this.#judging,
    copy: (address) => copy(address, "Address", this.#notice),
    leave: () => history.back(),
    changed: () => this.#run && this.#judging.apply(this.#run.rows),
  });
  #past = new Past({
    client,
    notice: this.#notice,
    open: (info) => void this.#opening.reopen(info),
    chooseFiles: () => this.#form.chooseFiles(),
    removed: (id) => {
      if (id === null) void this.#judging.reload(); // a damaged history is replaced
      if (this.#run && (id === null || id === this.#run.record.id)) this.#opening.leave();
    },
  });
  #decisions = new Decisions({ client, judging: this.#judging, notice: this.#notice, chooseFiles: () => this.#form.chooseFiles() });

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
  /** null on a website */
  #extension = api
    ? new Extension(api, {
        client,
        notice: this.#notice,
        start: (order) => void this.#start(order, order),
        fillIn: (address) => this.#form.suggest({ ...NOTHING, page: address, site: this.#form.isSite }),
        options: () => this.#form.options(),
      })
    : null;
  /** @type {Run | null} the check that is shown */
  #run = null;
  /** The check that was begun last: it goes on while the start page is shown. @type {Run | null} */
  #latest = null;
  /** The query of the URL that `#run` belongs to. */
  #query = "";
  /** The problems already shown, so that a dismissed notice is not shown again. @type {unknown} */
  #shownProblems = null;

  constructor() {
    const { relay } = readQuery();
    if (relay) this.#form.suggestRelay(relay);
    client.relayTokens.set(this.#form.relay, this.#form.relayToken);
    showLegend();
    guardClicks();
    prepareKeys();
    client.addEventListener("boot", () => this.#results.update());
    for (const id of ["home", "new-check"]) {
      document.getElementById(id)?.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens another window
        event.preventDefault();
        this.#goToStart();
      });
    }
    addEventListener("popstate", () => this.#restore());
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
    if (!fromAddress && input.page === null) run.addEventListener("end", () => this.#nameUrls(run, id), { once: true });
    await run.start();
    tellResults(run);
  }

  /**
   * If Python read the input as a list of URLs, put them into the page's URL. This is done as soon as the check ends, because a reload
   * that is under way may lose the state of a history entry that is replaced.
   * @param {Run} run @param {string} id in its history entry
   */
  #nameUrls(run, id) {
    if (run.format !== "urls" || history.state?.run !== id || run.rows.size > MAX_ASKED) return;
    const urls = run.rows.inOrder().map(({ url }) => url);
    const fragments = run.order.fragments ?? false;
    const address = addressOf({ urls, page: null, site: false, fragments }, this.#form.relay) + this.#results.fragment;
    history.replaceState(history.state, "", address);
    this.#query = askedQuery();
  }

  /** Apply the URL, after loading and on Back and Forward. */
  #restore() {
    const id = history.state?.run;
    const existing = this.#runs.get(id);
    if (existing) return this.#showRun(existing);
    // A fragment that was edited by hand, or a history entry from before a reload: it applies to the check that is shown.
    if (this.#run && askedQuery() === this.#query && (id === undefined || this.#query)) {
      history.replaceState({ ...history.state, run: this.#runs.idOf(this.#run) }, "");
      return this.#showRun(this.#run);
    }
    void this.#opening.begin(readQuery());
  }

  /** Show a check, or the start page. Another check than the one shown is stopped when a check is begun. @param {Run | null} run */
  #showRun(run) {
    if (run !== this.#run && client.boot.stage !== "failed" && !client.boot.stalled) this.#notice.clear();
    if (run && run !== this.#latest) {
      this.#latest?.cancel();
      this.#latest = run;
      this.#shownProblems = null;
    }
    this.#run = run;
    this.#query = askedQuery();
    this.#showScene();
    this.#past.show(run);
    this.#extension?.show(run);
    this.#results.show(run);
  }

  #showScene() {
    const blocked = isBlocked(this.#run);
    if (blocked && this.#run) this.#blocked.show(this.#run);
    const named = namedScene();
    if (named === "triage" && this.#run) this.#triage.show(this.#run);
    if (named === "past") void this.#judging.load();
    const scene = named === "triage" && !this.#run ? null : named;
    const { scene: before } = this.#stage;
    this.#stage.show(scene ?? (blocked ? "blocked" : this.#run ? "results" : "start"));
    if (scene === "past" && before !== scene) void this.#past.list(); // a check under way has joined it
  }

  /** Show the start page, with what was typed. A check under way goes on, and Back returns to it. */
  #goToStart() {
    if (this.#stage.scene !== "start") this.#opening.leave();
  }

  /** @param {Run} run */
  #showProblems(run) {
    const { problems } = run;
    if (isBlocked(run)) return this.#showScene();
    if (!problems.length || problems === this.#shownProblems || client.boot.stage === "failed") return;
    this.#shownProblems = problems;
    this.#notice.showProblems(problems, this.#relaying.waysOut(problems[0]));
  }

  /** Permits the extension to read a page, and checks it again; null if that would not help. @param {string} page @returns {(() => void) | null} */
  #allowing(page) {
    const [extension, run] = [this.#extension, this.#run];
    if (!extension || !run || !extension.lacks(page)) return null;
    return () => void extension.allow(page, () => void this.#start(run.order, askedOf(run.order)));
  }

  /** Say why a report can't be checked. @param {unknown} error @param {() => void} readAsText */
  #refuseReport(error, readAsText) {
    if (client.boot.stage === "failed") return; // a notice says so
    this.#notice.showProblems([problemOf(error)], [button("Read it as text", readAsText)]);
  }

  /** Restart Python after a failure or a stall, and check the links that were waiting for it. */
  #loadAgain() {
    this.#notice.clear();
    client.restart();
    if (this.#run?.hasRest) void this.#run.checkRest();
    this.#results.update();
  }

  /** Check the rows that match the filter again. Without a filter, all is checked, and a page or site is read again. @param {Run} run @param {boolean} isFiltered */
  async #again(run, isFiltered) {
    const asked = askedOf(run.order);
    if (isFiltered) return run.check(this.#results.rows);
    if (asked.page !== null) return this.#start(run.order, asked);
    // Nothing is awaited before a check without a tab, so that the second click of two finds it under way.
    if (run.order.tab !== undefined && (await this.#extension?.again(run))) return;
    await run.check(run.rows);
  }
}

const query = readQuery();
prepareFrame();
if (query.json) void showPlain(client, query);
else new Page();
/** @type {any} */ (window).replay?.(); // index.html has queued clicks and key presses until now
performance.mark("interactive"); // measured by tests/bench/boot.py

void client.ready.catch(() => {}).then(() => keepOffline()); // also after a failed boot, which a newer release may fix
