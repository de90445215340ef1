/* In the built page, opened with ?url=...: the results of window.jsonHead for these URLs, and the rows of the table. */
new Promise((done, failed) => {
  const deadline = setTimeout(() => failed(new Error("the page did not come to an end")), 60_000);
  const shown = () =>
    [...document.querySelectorAll("#grid-body [role=row]")].map((row) => ({
      verdict: row.querySelector("[data-column=verdict] b").innerText,
      status: row.dataset.status,
      url: row.dataset.url,
    }));
  const urls = new URLSearchParams(location.search).getAll("url");
  const look = setInterval(async () => {
    const over = document.querySelector("#bar[aria-valuenow]") && document.querySelector("#cancel").hidden;
    if (!over || shown().length < urls.length) return;
    clearInterval(look);
    try {
      const head = await jsonHead.head(urls);
      clearTimeout(deadline);
      done({ version: jsonHead.version !== "", rows: shown(), head });
    } catch (error) {
      failed(error);
    }
  }, 100);
});
