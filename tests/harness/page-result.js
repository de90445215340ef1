/* In the built page, opened with ?url=...: what window.jsonHead says of these URLs, and what the table shows of them. */
new Promise((done, failed) => {
  const deadline = setTimeout(() => failed(new Error("the page did not come to an end")), 60_000);
  const shown = () =>
    [...document.querySelectorAll("#grid-body [role=row]")].map((row) =>
      Object.fromEntries(
        ["verdict", "status", "url"].map((column) => [column, row.querySelector(`[data-column=${column}]`).innerText.trim()]),
      ),
    );
  const asked = new URLSearchParams(location.search).getAll("url");
  const look = setInterval(async () => {
    const over = document.querySelector("#bar[aria-valuenow]") && document.querySelector("#cancel").hidden;
    if (!over || shown().length < asked.length) return;
    clearInterval(look);
    try {
      const head = await jsonHead.head(asked);
      clearTimeout(deadline);
      done({ version: jsonHead.version !== "", rows: shown(), head });
    } catch (error) {
      failed(error);
    }
  }, 100);
});
