// The overlay: what happens in a room, as rows over the stream. Made for a browser source of OBS.

import { clean, element, keyInAddress, watch } from "./page.js";

const asked = new URLSearchParams(location.search);
const ROWS = within(asked.get("rows"), 1, 50, 10);
const FADE = within(asked.get("fade"), 0, 3600, 0);
const STREAK_KEPT = 30000; // milliseconds that a streak's row is looked for

const WORDS = {
  chat: (event) => clean(event.comment, 60),
  emote: () => "发了一个表情",
  gift: (event) => `送出 ${clean(event.gift_name, 12)}`,
  member: (event) => (event.action === 1 ? "来了" : ""),
  like: (event) => `点赞 ×${Number(event.like_count)}`,
  follow: () => "关注了主播",
  share: () => "分享了直播间",
  fans_club: (event) => (event.action === "join" ? "加入了粉丝团" : "粉丝团升级了"),
  subscribe: () => "订阅了主播",
};
const SHOW = (asked.get("show") ?? "chat,gift,follow,fans_club")
  .split(",")
  .filter((kind) => Object.hasOwn(WORDS, kind));
const QUIET = new Set(["member", "like"]); // these replace the last row of their kind in place of a new one

const rows = document.getElementById("rows");
const streaks = new Map();

rows.style.setProperty("--size", `${within(asked.get("size"), 10, 96, 26)}px`);
rows.dataset.align = asked.get("align") === "right" ? "right" : "left";
rows.dataset.from = asked.get("from") === "top" ? "top" : "bottom";

function within(text, lowest, highest, usual) {
  const number = Number.parseFloat(text);
  return Number.isFinite(number) ? Math.min(Math.max(number, lowest), highest) : usual;
}

function avatar(user) {
  const name = clean(user?.nickname, 24);
  const face = element("span", "face", [...name][0] ?? "·");
  const url = String(user?.avatar_url ?? "");
  if (url.startsWith("https://")) {
    // Which hosts a picture may come from is the page's Content-Security-Policy: others are never asked.
    const image = element("img");
    image.alt = "";
    image.referrerPolicy = "no-referrer";
    image.onerror = () => image.remove();
    image.src = url;
    face.append(image);
  }
  return face;
}

function row(event, words) {
  const name = element("span", "name", clean(event.user?.nickname, 24) || "观众");
  const made = element("li", `row ${event.kind}`, avatar(event.user), name, element("span", "words", words));
  made.dataset.kind = event.kind;
  made.dataset.role = event.user?.role ?? "";
  made.eventId = event.id;
  made.userId = event.user?.id ?? "";
  return made;
}

function add(made) {
  rows.append(made);
  while (rows.children.length > ROWS) rows.firstElementChild.remove();
  if (FADE) {
    setTimeout(() => made.classList.add("gone"), FADE * 1000);
    setTimeout(() => made.remove(), FADE * 1000 + 600);
  }
}

function gift(event, words) {
  const now = Date.now();
  for (const [id, streak] of streaks) {
    if (now - streak.at > STREAK_KEPT || !streak.row.isConnected) streaks.delete(id);
  }
  let streak = event.streak_id ? streaks.get(event.streak_id) : undefined;
  if (streak === undefined) {
    const made = row(event, words);
    const count = element("span", "count");
    made.append(count);
    add(made);
    streak = { row: made, count, total: 0, at: now };
    if (event.streak_id) streaks.set(event.streak_id, streak);
  }
  streak.at = now;
  const total = Math.max(streak.total, Number(event.total) || 1); // messages may overtake each other
  if (total === streak.total) return;
  streak.total = total;
  streak.count.textContent = `×${total}`;
  const again = streak.count.cloneNode(true); // a new element begins its animation anew
  streak.count.replaceWith(again);
  streak.count = again;
}

function withdraw(event) {
  const messages = new Set(event.message_ids);
  const users = new Set(event.user_ids);
  for (const one of [...rows.children]) {
    if (messages.has(one.eventId) || users.has(one.userId)) one.remove();
  }
}

function show(event) {
  if (event.kind === "deleted") return withdraw(event);
  if (event.history || !SHOW.includes(event.kind)) return undefined;
  const words = WORDS[event.kind](event);
  if (!words) return undefined;
  if (event.kind === "gift") return gift(event, words);
  const last = rows.lastElementChild;
  if (QUIET.has(event.kind) && last?.dataset.kind === event.kind) last.remove();
  return add(row(event, words));
}

const query = new URLSearchParams({ kinds: [...new Set([...SHOW, "deleted"])].join(",") });
if (asked.get("room")) query.set("rooms", asked.get("room"));
watch({ query, key: keyInAddress(), onEvent: show, onState: (open) => (rows.dataset.open = open) });
