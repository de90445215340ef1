/**
 * The store's files: SQLite reads and writes them through an Emscripten file system, whose files are sync access handles of the origin
 * private file system (OPFS). These are opened beforehand, because opening one is asynchronous. One worker at a time has them; others get
 * a copy in memory.
 */

/** `kept`: in OPFS. `taken`: another tab has the files. `unavailable`: this browser, window or frame has none. @typedef {"kept" | "taken" | "unavailable"} Keeping */
/** @typedef {{getSize: () => number, truncate: (size: number) => void, flush: () => void, read: (into: Uint8Array, options: {at: number}) => number, write: (from: Uint8Array, options: {at: number}) => number}} Handle */

/** The folder of the site, of which each has its own: several may share an origin. */
const SITE = new URL("../../../", import.meta.url).pathname;
const FOLDER = `json-head ${encodeURIComponent(SITE)}`;
const DATABASE = "history.db";
const NAMES = [DATABASE, `${DATABASE}-journal`];
const MOUNTED = "/history";
/** How long to wait for the worker of a page that is being reloaded, in milliseconds. */
const WAIT_MS = 800;
const RETRY_MS = 50;
/** The most bytes that runs may take, in OPFS and in memory. */
const [MOST, IN_MEMORY] = [1e9, 2e8];
/** A larger database is not copied into memory. */
const MOST_COPIED = IN_MEMORY / 2;
/** How often to try to copy files that the other tab is writing. */
const COPY_TRIES = 5;
/** Bytes that a chunk of gathered writes has at first. */
const CHUNK = 16_384;
const [DIRECTORY, FILE] = [0o40777, 0o100666];
/** Error numbers of Emscripten. */
const [ENOENT, ENOSPC, EPERM] = [44, 51, 63];

/** Opens the files while Python boots, and mounts them when Python needs them. */
export class History {
  /** @type {Map<string, Handle>} */
  #handles = new Map();
  /** The folder with the files. @type {any} */
  #folder = null;
  /** @type {Promise<Keeping>} */
  #opened;

  constructor() {
    this.#opened = this.#open();
  }

  /**
   * Mount the files.
   * @param {any} FS of Emscripten
   * @returns {Promise<[Keeping, string, number]>} and the path of the database, or of its copy; empty if there is none; and the bytes it may have
   */
  async mount(FS) {
    const keeping = await this.#opened;
    if (keeping === "taken") return [keeping, await copied(FS, this.#folder), IN_MEMORY];
    if (keeping !== "kept") return [keeping, "", IN_MEMORY];
    const { quota = IN_MEMORY, usage = 0 } = await navigator.storage.estimate();
    FS.mkdir(MOUNTED);
    FS.mount(fileSystem(FS, this.#handles), {}, MOUNTED);
    const own = this.#handles.get(DATABASE)?.getSize() ?? 0;
    return [keeping, `${MOUNTED}/${DATABASE}`, Math.min(MOST, quota - usage + own)];
  }

  /** @returns {Promise<Keeping>} */
  async #open() {
    try {
      const root = await navigator.storage.getDirectory(); // rejects in private windows of Firefox, and is missing on http
      this.#folder = await root.getDirectoryHandle(FOLDER, { create: true });
      if (!(await locked(`json-head history ${SITE}`))) return "taken";
      for (const name of NAMES) {
        const file = await this.#folder.getFileHandle(name, { create: true });
        this.#handles.set(name, await accessTo(file));
      }
      return "kept";
    } catch (error) {
      return /** @type {Error} */ (error).name === "NoModificationAllowedError" ? "taken" : "unavailable";
    }
  }
}

/** Acquire a Web Lock for the life of this worker. @param {string} name @returns {Promise<boolean>} */
function locked(name) {
  return new Promise((resolve, reject) => {
    const wait = new AbortController();
    setTimeout(() => wait.abort(), WAIT_MS);
    const keep = () => new Promise(() => resolve(true));
    navigator.locks.request(name, { signal: wait.signal }, keep).catch((error) => (wait.signal.aborted ? resolve(false) : reject(error)));
  });
}

/** @param {any} file a FileSystemFileHandle @returns {Promise<Handle>} */
async function accessTo(file) {
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      // The lock of a worker that has ended may be released before its handles are.
      if (waited >= WAIT_MS || /** @type {Error} */ (error).name !== "NoModificationAllowedError") throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/**
 * Copy the files that another tab has into memory. With its journal, a database is whole at any time of a transaction.
 * @param {any} FS of Emscripten @param {any} folder
 * @returns {Promise<string>} the path of the copy; empty if there is none
 */
async function copied(FS, folder) {
  for (let tries = 0; tries < COPY_TRIES; tries++) {
    try {
      const files = await snapshotOf(folder);
      if (files[0].size > MOST_COPIED) return "";
      const contents = await Promise.all(files.map((file) => file.arrayBuffer()));
      const later = await snapshotOf(folder);
      if (later.some((file, index) => file.size !== files[index].size || file.lastModified !== files[index].lastModified)) continue;
      FS.mkdir(MOUNTED);
      for (const [index, name] of NAMES.entries()) FS.writeFile(`${MOUNTED}/${name}`, new Uint8Array(contents[index]));
      return `${MOUNTED}/${DATABASE}`;
    } catch {
      // The files were written meanwhile, or this browser does not let others read them.
    }
  }
  return "";
}

/** @param {any} folder @returns {Promise<File[]>} the files as they are now */
async function snapshotOf(folder) {
  return Promise.all(NAMES.map(async (name) => (await folder.getFileHandle(name)).getFile()));
}

/** Gathers the writes to a file, because each call of a handle takes as long as the writing of many pages. */
class Gathered {
  #handle;
  #size;
  /** Bytes that are not written yet, in the order of their writing. @type {{at: number, bytes: Uint8Array, length: number}[]} */
  #chunks = [];
  #dirty = false;

  /** @param {Handle} handle */
  constructor(handle) {
    this.#handle = handle;
    this.#size = handle.getSize();
  }

  get size() {
    return this.#size;
  }

  /** @param {Uint8Array} into @param {number} at */
  read(into, at) {
    this.drain();
    return this.#handle.read(into, { at });
  }

  /** @param {Uint8Array} from @param {number} at */
  write(from, at) {
    let last = this.#chunks.at(-1);
    if (!last || last.at + last.length !== at) this.#chunks.push((last = { at, bytes: new Uint8Array(CHUNK), length: 0 }));
    const length = last.length + from.length;
    if (length > last.bytes.length) {
      const { bytes } = last;
      last.bytes = new Uint8Array(Math.max(length, 2 * bytes.length));
      last.bytes.set(bytes.subarray(0, last.length));
    }
    last.bytes.set(from, last.length);
    last.length = length;
    this.#size = Math.max(this.#size, at + from.length);
    return from.length;
  }

  /** @param {number} size */
  truncate(size) {
    this.drain();
    this.#handle.truncate(size);
    this.#size = size;
    this.#dirty = true;
  }

  get isPending() {
    return this.#chunks.length > 0;
  }

  /** Write what was gathered. */
  drain() {
    if (!this.isPending) return;
    for (const { at, bytes, length } of this.#chunks.splice(0)) this.#handle.write(bytes.subarray(0, length), { at });
    this.#dirty = true;
  }

  /** Write what was gathered, and have the disk store it. */
  flush() {
    this.drain();
    if (this.#dirty) this.#handle.flush();
    this.#dirty = false;
  }
}

/**
 * A folder with these files. They always exist: SQLite takes an empty journal for none.
 *
 * SQLite's own calls of fdatasync don't reach a file system of Emscripten. The order that they ensure follows from the writes: the journal
 * is stored before the database changes, and the database before the journal is emptied, which commits.
 * @param {any} FS @param {Map<string, Handle>} handles
 */
function fileSystem(FS, handles) {
  const files = new Map([...handles].map(([name, handle]) => [name, new Gathered(handle)]));
  const [database, journal] = [...files.values()];
  /** @template T @param {() => T} change @returns {T} */
  const changing = (change) => {
    try {
      return change();
    } catch {
      throw new FS.ErrnoError(ENOSPC); // the quota is used up
    }
  };
  /** @param {Gathered} file @param {number} size */
  const truncate = (file, size) =>
    changing(() => {
      journal.flush();
      database.flush();
      file.truncate(size);
    });
  const node_ops = {
    getattr: (/** @type {any} */ { id, mode, file }) => {
      const size = file?.size ?? 0;
      const time = new Date(0);
      return {
        dev: 2,
        ino: id,
        mode,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        size,
        atime: time,
        mtime: time,
        ctime: time,
        blksize: 4096,
        blocks: size >> 9,
      };
    },
    setattr: (/** @type {any} */ { file }, /** @type {{size?: number}} */ { size }) => {
      if (size !== undefined && size !== file.size) truncate(file, size);
    },
    lookup: (/** @type {any} */ parent, /** @type {string} */ name) => {
      if (!files.has(name)) throw new FS.ErrnoError(ENOENT);
      return create(parent, name, FILE);
    },
    mknod: () => {
      throw new FS.ErrnoError(EPERM);
    },
    unlink: (/** @type {any} */ _parent, /** @type {string} */ name) => truncate(/** @type {Gathered} */ (files.get(name)), 0),
  };
  /** @typedef {{node: {file: Gathered}, position: number}} Stream */
  const stream_ops = {
    llseek: (/** @type {Stream} */ { position, node }, /** @type {number} */ offset, /** @type {number} */ whence) =>
      offset + (whence === 1 ? position : whence === 2 ? node.file.size : 0),
    /** @param {Stream} stream @param {Uint8Array} memory @param {number} offset @param {number} length @param {number} at */
    read: ({ node: { file } }, memory, offset, length, at) =>
      changing(() => {
        if (file === database && database.isPending) journal.flush(); // gathered pages of the database are written before it is read
        return file.read(memory.subarray(offset, offset + length), at);
      }),
    /** @param {Stream} stream @param {Uint8Array} memory @param {number} offset @param {number} length @param {number} at */
    write: ({ node: { file } }, memory, offset, length, at) => file.write(new Uint8Array(memory.buffer, offset, length), at),
  };
  /** @param {any} parent @param {string} name @param {number} mode */
  const create = (parent, name, mode) => Object.assign(FS.createNode(parent, name, mode), { node_ops, stream_ops, file: files.get(name) });
  return { mount: () => create(null, "/", DIRECTORY) };
}
