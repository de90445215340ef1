/** Lists the files of dropped or chosen folders that Python reads. Uses no DOM element. */

/** @import {FolderReply} from "../../client/protocol.js" */
/** @import {NamedFile} from "../../client/source.js" */

/** A dropped file or folder, or a chosen file. The files of a chosen folder have their path in `webkitRelativePath`. @typedef {File | FileSystemDirectoryEntry} Dropped */
/** The files to read, the number of skipped files by extension, and whether a limit cut the list off. @typedef {{files: NamedFile[], skipped: Record<string, number>, cut: boolean}} Listing */

/** Maximum number of names that are examined. Folders with more mostly hold third-party files. */
const MAX_NAMES = 100_000;

/**
 * List the files to read among files and folders.
 * @param {Dropped[]} dropped
 * @param {FolderReply} rules
 * @param {{signal?: AbortSignal, progress?: (files: number) => void}} [options] `progress` is called with the number of files so far
 * @returns {Promise<Listing>}
 * @throws {DOMException} when the signal aborts
 */
export async function listed(dropped, rules, { signal, progress } = {}) {
  const list = new List(rules);
  for (const item of dropped) {
    if (!(item instanceof File)) await walk(item, list, () => (signal?.throwIfAborted(), progress?.(list.files.length)));
    else if (!item.webkitRelativePath) list.add(item.name, item, false);
    else if (list.wants(item.webkitRelativePath)) list.add(item.webkitRelativePath, item, true);
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

  /** Whether a folder with this name is searched, or a file with this name is not ruled out. @param {string} name */
  opens(name) {
    return !name.startsWith(".") && !this.#vendored.has(name) && !this.cut;
  }

  /** Whether a file of a folder is read. Files with other extensions are counted as skipped. @param {string} path with slashes, starting with the given folder */
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

/** Add the files of a folder and its subfolders: each folder's own files first, sorted by name. @param {FileSystemDirectoryEntry} top @param {List} list @param {() => void} pause */
async function walk(top, list, pause) {
  /** @type {[string, FileSystemDirectoryEntry][]} */
  const folders = [[top.name, top]];
  for (let next; (next = folders.pop()); ) {
    const [path, folder] = next;
    const entries = await entriesOf(folder);
    if (!entries) list.add(`${path}/`, null, true);
    const sorted = (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
    const filesToRead = /** @type {FileSystemFileEntry[]} */ (sorted.filter(({ isFile, name }) => isFile && list.wants(`${path}/${name}`)));
    for (const entry of filesToRead) {
      if (list.cut) break;
      list.add(`${path}/${entry.name}`, await fileOf(entry), true);
      pause();
    }
    const subfolders = sorted.filter(({ isDirectory, name }) => isDirectory && list.opens(name)).reverse();
    for (const entry of subfolders) folders.push([`${path}/${entry.name}`, /** @type {FileSystemDirectoryEntry} */ (entry)]);
    pause();
  }
}

/** The entries of a folder, or null if it can't be read. @param {FileSystemDirectoryEntry} folder @returns {Promise<FileSystemEntry[] | null>} */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[] | null} */
    const batch = await new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));
    if (!batch?.length) return batch && all; // Chromium returns a hundred at a time
    all.push(...batch);
  }
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File | null>} */
function fileOf(entry) {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

/** The extension of a file's name, without `.gz`. The same as in py/json_head/extract/folder.py. @param {string} name */
function extensionOf(name) {
  const withoutGz = name.toLowerCase().replace(/\.gz$/, "");
  const dot = withoutGz.lastIndexOf(".");
  return dot > 0 ? withoutGz.slice(dot + 1) : "";
}
