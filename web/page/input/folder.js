/** Lists the files of dropped or chosen folders that Python reads. Uses no DOM element. */

/** @import {FolderReply} from "../../client/protocol.js" */
/** @import {NamedFile} from "../../client/source.js" */

/** A dropped file or folder, or a chosen file. The files of a chosen folder have their path in `webkitRelativePath`. @typedef {File | FileSystemDirectoryEntry} Dropped */
/**
 * The files to read, the number of skipped files by extension, and whether a limit cut the list off. `listing` has all files of folders,
 * and the folders with a slash at the end; `repositories` has the folders that are whole repositories.
 * @typedef {{files: NamedFile[], skipped: Record<string, number>, cut: boolean, listing: string[], repositories: string[]}} Listing
 */

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
  const { files, skipped, cut, listing, repositories } = list;
  return { files, skipped: Object.fromEntries(skipped), cut, listing: [...listing], repositories: [...repositories] };
}

class List {
  /** @type {NamedFile[]} */
  files = [];
  /** @type {Map<string, number>} */
  skipped = new Map();
  cut = false;
  /** @type {Set<string>} */
  listing = new Set();
  /** @type {Set<string>} */
  repositories = new Set();

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

  /** A name for a dropped folder, with a number if another one has its name. @param {string} name */
  nameOf(name) {
    let free = name;
    for (let number = 2; this.listing.has(`${free}/`); number++) free = `${name} (${number})`;
    this.listing.add(`${free}/`);
    return free;
  }

  /** Whether a folder with this name is searched, or a file with this name is not ruled out. @param {string} name */
  opens(name) {
    return !name.startsWith(".") && !this.#vendored.has(name) && !this.cut;
  }

  /** Whether a file of a folder is read. Files with other extensions are counted as skipped. @param {string} path with slashes, starting with the given folder */
  wants(path) {
    const [top, ...names] = path.split("/");
    this.look(top, names[0]);
    const shown = names.findIndex((part) => !this.opens(part));
    if (shown >= 0) {
      // A chosen folder is known only by its files. There is one, even if all of them are skipped.
      if (!this.cut) this.listing.add(`${[top, ...names.slice(0, shown)].join("/")}/`);
      return false;
    }
    if (++this.#names > MAX_NAMES) this.cut = true;
    else this.listing.add(path);
    const name = names[names.length - 1] ?? path;
    const extension = extensionOf(name);
    const read = this.#extensions.has(extension);
    if (!read) this.skipped.set(extension, (this.skipped.get(extension) ?? 0) + 1);
    return read && !this.cut;
  }

  /** Look at a name at the top of a folder. @param {string} top @param {string} name */
  look(top, name) {
    if (this.#rules.ofRepositories.includes(name)) this.repositories.add(top);
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
  const name = list.nameOf(top.name);
  /** @type {[string, FileSystemDirectoryEntry][]} */
  const folders = [[name, top]];
  for (let next; (next = folders.pop()); ) {
    const [path, folder] = next;
    const entries = await entriesOf(folder);
    if (!entries) list.add(`${path}/`, null, true);
    const sorted = (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (folder === top) for (const entry of sorted) list.look(name, entry.name);
    const filesToRead = /** @type {FileSystemFileEntry[]} */ (sorted.filter(({ isFile, name }) => isFile && list.wants(`${path}/${name}`)));
    for (const entry of filesToRead) {
      if (list.cut) break;
      list.add(`${path}/${entry.name}`, await fileOf(entry), true);
      pause();
    }
    const subfolders = sorted.filter(({ isDirectory, name }) => isDirectory && list.opens(name)).reverse();
    for (const entry of subfolders) list.listing.add(`${path}/${entry.name}/`);
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
