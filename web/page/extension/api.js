/** The browser's interface for extensions, as far as the page uses it. Firefox and Chromium offer the same. */

/**
 * @typedef {{addListener(listener: (...details: any[]) => void): void, removeListener(listener: (...details: any[]) => void): void}} Events
 * @typedef {{postMessage(message: unknown): void, disconnect(): void, onMessage: Events, onDisconnect: Events}} Port
 * @typedef {{tabId: number, allFrames: boolean}} Target
 * @typedef {{origins: string[]}} Origins
 * @typedef {object} Api
 * @property {{getAll(): Promise<Origins>, request(wanted: Origins): Promise<boolean>, remove(wanted: Origins): Promise<boolean>,
 *   onAdded: Events, onRemoved: Events}} permissions
 * @property {{executeScript(injection: {target: Target, func: (...args: any[]) => unknown, args?: unknown[], injectImmediately: true}): Promise<{frameId: number, result?: any}[]>,
 *   insertCSS(injection: {target: Target, css: string, origin: "USER"}): Promise<void>}} scripting
 * @property {{connect(id: number): Port, update(id: number, change: {active: boolean}): Promise<{windowId: number}>}} tabs
 * @property {{update(id: number, change: {focused: boolean}): Promise<void>}} windows
 */

const host = /** @type {any} */ (globalThis);

/** @type {Api | null} null on a website */
export const api = host.location?.protocol.endsWith("-extension:") ? (host.browser ?? host.chrome) : null;
