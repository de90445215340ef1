/** The files of folders that were dropped or chosen: finds those that Python reads. Knows no element. */

/** @import {FolderReply} from "../../client/protocol.js" */
/** @import {NamedFile} from "../../client/source.js" */

/** What is dropped: a file, or a folder. A chosen folder's files say where they are in `webkitRelativePath`. @typedef {File | FileSystemDirectoryEntry} Dropped */
/** What there is to read, how many files of a folder are skipped by extension, and whether there are more. @typedef {{files: NamedFile[], skipped: Record<string, number>, cut: boolean}} Listing */

/** More names than these are not looked at: folders with so many are mostly other people's. */
const MAX_NAMES = 100_000;

/**
 * List what is read of files and folders.
 * @param {Dropped[]} dropped
 * @param {FolderReply} rules
 * @param {{signal?: AbortSignal, progress?: (files: number) => void}} [options] `progress` is called with the number of files so far
 * @returns {Promise<Listing>}
 * @throws {DOMException} when the signal aborts
 */
export async function listed(dropped, rules, { signal, progress } = {}) {
  const list = new List(rules);
  for (const each of dropped) {
    if (!(each instanceof File)) await walk(each, list, () => (signal?.throwIfAborted(), progress?.(list.files.length)));
    else if (!each.webkitRelativePath) list.add(each.name, each, false);
    else if (list.wants(each.webkitRelativePath)) list.add(each.webkitRelativePath, each, true);
  }
  const { files, skipped, cut } = list;
  return { files, skipped: Object.fromEntries(skipped), cut };
}

class List {
  /** @type {NamedFile[]} */
  files = [];
  /** @type {Map<string, number>} */
  skipped = new Map();
  cut = false;

  #names = 0;
  #bytes = 0;
  #rules;
  #extensions;
  #vendored;

  /** @param {FolderReply} rules */
  constructor(rules) {
    this.#rules = rules;
    this.#extensions = new Set(rules.extensions);
    this.#vendored = new Set(rules.vendored);
  }

  /** Whether a folder is looked into, or a file is read if its kind is. @param {string} name */
  opens(name) {
    return !name.startsWith(".") && !this.#vendored.has(name) && !this.cut;
  }

  /** Whether a file of a folder is read, which is counted if it is of another kind. @param {string} path with slashes, from the folder that was given */
  wants(path) {
    const [, ...names] = path.split("/");
    const name = names.pop() ?? path;
    if (![...names, name].every((part) => this.opens(part))) return false;
    if (++this.#names > MAX_NAMES) this.cut = true;
    const extension = extensionOf(name);
    const read = this.#extensions.has(extension);
    if (!read) this.skipped.set(extension, (this.skipped.get(extension) ?? 0) + 1);
    return read && !this.cut;
  }

  /** @param {string} name @param {File | null} file null if it can't be opened @param {boolean} inFolder */
  add(name, file, inFolder) {
    const size = file?.size ?? 0;
    if (this.files.length >= this.#rules.files || this.#bytes + size > this.#rules.total) this.cut = true;
    if (this.cut) return;
    this.files.push({ name, file, inFolder });
    this.#bytes += size;
  }
}

/** Add the files of a folder and of those in it: the folder's own first, by name. @param {FileSystemDirectoryEntry} top @param {List} list @param {() => void} pause */
async function walk(top, list, pause) {
  /** @type {[string, FileSystemDirectoryEntry][]} */
  const folders = [[top.name, top]];
  for (let next; (next = folders.pop()); ) {
    const [path, folder] = next;
    const entries = await entriesOf(folder);
    if (!entries) list.add(`${path}/`, null, true);
    const sorted = (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
    const wanted = /** @type {FileSystemFileEntry[]} */ (sorted.filter(({ isFile, name }) => isFile && list.wants(`${path}/${name}`)));
    for (const entry of wanted) {
      if (list.cut) break;
      list.add(`${path}/${entry.name}`, await fileOf(entry), true);
      pause();
    }
    const below = sorted.filter(({ isDirectory, name }) => isDirectory && list.opens(name)).reverse();
    for (const entry of below) folders.push([`${path}/${entry.name}`, /** @type {FileSystemDirectoryEntry} */ (entry)]);
    pause();
  }
}

/** What a folder has in it, or null if it can't be read. @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[] | null>} */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[] | null} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));
    if (!some?.length) return some && all; // Chromium gives a hundred at once
    all.push(...some);
  }
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File | null>} */
function fileOf(entry) {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

/** The extension of a file's name; that of what is packed, of a gzip file. As in py/json_head/extract/folder.py. @param {string} name */
function extensionOf(name) {
  const unpacked = name.toLowerCase().replace(/\.gz$/, "");
  const dot = unpacked.lastIndexOf(".");
  return dot > 0 ? unpacked.slice(dot + 1) : "";
}
