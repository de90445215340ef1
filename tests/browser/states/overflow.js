/**
 * What does not fit into a page, as sentences: text that is cut or leaves its box, text that lies on other text, and a page that is wider
 * than its window. Text that scrolls or ends with an ellipsis is as it should be.
 */
() => {
  const SLACK = 2; // rounding, and letters that lean out of their box
  const SHARE_OF_ADDRESS = 0.4;
  const faults = new Set();
  const styles = new Map();
  const styleOf = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
  const nameOf = (element) => {
    const { localName, id, className } = element;
    return localName + (id ? `#${id}` : typeof className === "string" && className ? `.${className.trim().split(/\s+/).join(".")}` : "");
  };
  const quote = (text) => `“${text.trim().replace(/\s+/g, " ").slice(0, 40)}”`;

  /** Whether the text is only for screen readers, or takes no room of its own. */
  const isUnseen = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { clipPath, opacity } = styleOf(at);
      if (clipPath !== "none" || opacity === "0") return true;
    }
    return false;
  };

  const within = (rect, box) => ({
    left: Math.max(rect.left, box.left),
    top: Math.max(rect.top, box.top),
    right: Math.min(rect.right, box.right),
    bottom: Math.min(rect.bottom, box.bottom),
  });

  /** What hides a part of the text, or lets it out of its box; null if nothing does. */
  const faultOf = (rect, element) => {
    let skipsTo = null;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY, textOverflow, display, position, contain } = styleOf(at);
      if (skipsTo && at !== skipsTo) continue;
      skipsTo = null;
      const box = at.getBoundingClientRect();
      const leavesAcross = rect.left < box.left - SLACK || rect.right > box.right + SLACK;
      const leavesDown = rect.top < box.top - SLACK || rect.bottom > box.bottom + SLACK;
      if (/auto|scroll/.test(overflowX + overflowY)) return null;
      if (textOverflow === "ellipsis" && overflowX === "hidden" && !leavesDown) {
        rect = within(rect, box);
        continue;
      }
      const clips = /hidden|clip/.test(overflowX + overflowY) || /strict|paint|content/.test(contain);
      if (clips && (leavesAcross || leavesDown)) return `is cut by ${nameOf(at)}`;
      if (leavesAcross && !/inline|contents/.test(display.split(" ")[0])) return `leaves ${nameOf(at)}`;
      if (position === "fixed") return leavesAcross ? `leaves ${nameOf(at)}` : null;
      if (position === "absolute") skipsTo = at.offsetParent ?? document.body;
    }
    const { clientWidth } = document.documentElement;
    return rect.left < -SLACK || rect.right > clientWidth + SLACK ? "leaves the window" : null;
  };

  /** The part of a rectangle that the boxes around it let through. */
  const shownOf = (rect, element) => {
    for (let at = element; at; at = at.parentElement) {
      const { overflowX, position } = styleOf(at);
      if (overflowX !== "visible") rect = within(rect, at.getBoundingClientRect());
      if (position === "fixed") break;
    }
    return rect;
  };

  const panel = [...document.querySelectorAll(".details")].find((element) => element.checkVisibility()) ?? null;
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const isText = node.data.trim() && !parent.closest("script, style, noscript, option, textarea");
    if (!isText || !parent.checkVisibility() || isUnseen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (!rect.width || !rect.height) continue;
      const fault = faultOf(rect, parent);
      if (fault) faults.add(`${quote(node.data)} in ${nameOf(parent)} ${fault}`);
      seen.push({ rect: shownOf(rect, parent), parent, text: node.data });
    }
  }

  // Sticky and fixed parts lie on what scrolls below them.
  const covers = "#grid-head, #waiting, .details, .menu, .pickbar, .decide, #toast, .skip";
  const flat = seen.filter(({ parent }) => !parent.closest(covers) && (!panel || panel.contains(parent)));
  for (const [at, one] of flat.entries()) {
    for (const other of flat.slice(at + 1)) {
      if (one.parent === other.parent || one.parent.contains(other.parent) || other.parent.contains(one.parent)) continue;
      const [a, b] = [one.rect, other.rect];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 3 && down > 4) faults.add(`${quote(one.text)} in ${nameOf(one.parent)} lies on ${quote(other.text)}`);
    }
  }

  for (const row of document.querySelectorAll("#grid-body .row:not(.group-head)")) {
    const share = row.querySelector(".c-link").offsetWidth / row.offsetWidth;
    if (row.offsetWidth && share < SHARE_OF_ADDRESS) faults.add(`an address has ${Math.round(share * 100)} % of its row`);
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.add(`the page is ${scrollWidth} px wide, and the window ${clientWidth}`);
  return [...faults];
}
