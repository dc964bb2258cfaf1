// What the dashboard and the overlay share: texts made safe to show, the key, the socket.

const DROPPED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const JOINER = "\u200d"; // holds emoji together; everything else of its category hides or reorders text
const PILED = /(\p{M}{3})\p{M}+/gu;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 20000;

const characters = new Intl.Segmenter("zh", { granularity: "grapheme" });

/** A viewer's text on one line, without control, invisible and piled-up characters, cut to a length. */
export function clean(text, limit) {
  const line = String(text ?? "").slice(0, 20 * limit).replace(/[\r\n\t\u2028\u2029]+/g, " ");
  const visible = line.replace(DROPPED, (char) => (char === JOINER ? char : "")).replace(PILED, "$1").trim();
  const shown = Array.from(characters.segment(visible), (part) => part.segment.slice(0, 16));
  return shown.length > limit ? `${shown.slice(0, limit - 1).join("")}…` : shown.join("");
}

/** An element with a class and children; texts become text, never markup. */
export function element(tag, className = "", ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** The key behind `#` in the address, which a browser sends nowhere. */
export function keyInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
}

/** Open `/ws`, and again whenever it is lost. The key goes as a subprotocol: addresses end up in logs. */
export function watch({ query, key, onEvent, onState = () => {} }) {
  const url = new URL(`/ws?${query}`, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  let wait = FIRST_WAIT;
  const open = () => {
    const bytes = new TextEncoder().encode(key);
    const word = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    const socket = new WebSocket(url, key ? ["douyinbot", `key.${word}`] : ["douyinbot"]);
    socket.onopen = () => {
      wait = FIRST_WAIT;
      onState(true);
    };
    socket.onmessage = (message) => onEvent(JSON.parse(message.data));
    socket.onclose = () => {
      onState(false);
      setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  open();
}
