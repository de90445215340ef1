/** Settles with the page's time, in milliseconds, once the package is ready. */
window.ready = new Promise((resolve, reject) => {
  const worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => (data === "ready" ? resolve(performance.now()) : reject(new Error(data)));
  worker.onerror = ({ message }) => reject(new Error(message));
});
