/** For the pages of other sites: file sizes in links, broken links marked, and a small checker. See docs/embedding.md. */
export * from "./web/embed/embed.js";
