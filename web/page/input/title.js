/** The name of a check of a text: its first words. */

/** The number of characters in which they are looked for, and the most that a name has. */
const MAX_HEAD = 20_000;
const MAX_LENGTH = 80;

/** YAML or TOML between two lines of marks at the start, as Python reads it. A key must follow three dashes, which are also a line across. */
const FRONT_MATTER = /^\s*(?:---[ \t]*\n(?=[ \t]*[\w."'-]+[ \t]*:)|\+\+\+[ \t]*\n)[\s\S]*?\n(?:---|\+\+\+)[ \t]*(?:\n|$)/;
const LINK = /!?\[([^[\]]*)\]\([^()]*\)/g;
const MARKS = /^[\s#*>-]+|(?<=\s)#+$|(?<=\S)\*+|\*+(?=\S)/g;

/** The first line with letters or digits that is not front matter, without marks of Markdown. @param {string} text */
export function titleOfText(text) {
  const lines = text.slice(0, MAX_HEAD).replaceAll("\r\n", "\n").replace(FRONT_MATTER, "").split("\n");
  const line = lines.map(withoutMarks).find((words) => /[\p{L}\p{N}]/u.test(words));
  const characters = Array.from(line ?? "pasted text");
  if (characters.length <= MAX_LENGTH) return characters.join("");
  const beginning = characters.slice(0, MAX_LENGTH - 1).join("");
  return `${beginning.trimEnd()}…`;
}

/** @param {string} line */
function withoutMarks(line) {
  return line.replace(LINK, "$1").trim().replace(MARKS, "").trim();
}
