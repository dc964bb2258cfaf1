// The dashboard: asks the API every few seconds, and at once when the bot says something.

import { clean, element, keyInAddress, watch } from "./page.js";

const EVERY = 4000;
const SOON = 150;
const KEPT = "douyinbot-key";

const ROOM_STATES = {
  live: ["直播中", "good"],
  paused: ["主播暂离", "warn"],
  connecting: ["正在重连", "warn"],
  waiting: ["等待开播", "calm"],
  failed: ["进不去", "bad"],
};
const MODES = {
  dry: ["演习，不发送", "calm"],
  approve: ["你同意才发送", "warn"],
  live: ["直接发送", "good"],
};
const LINE_STATES = {
  queued: ["排队", "calm"],
  awaiting_approval: ["等你同意", "warn"],
  sent: ["已发出", "calm"],
  seen: ["已说", "good"],
  unseen: ["没人看到", "warn"],
  dry: ["演习", "calm"],
  dropped: ["没说", "bad"],
  failed: ["被拒绝", "bad"],
  unknown: ["不知道", "warn"],
};
const PLUGIN_STATES = { on: "开", off: "关", resting: "休息中", failed: "坏了" };

const at = (id) => document.getElementById(id);
let key = keyInAddress() || sessionStorage.getItem(KEPT) || "";
let watching = false;
let due = 0;

if (location.hash) history.replaceState(null, "", location.pathname);

// ---- asking -----------------------------------------------------------------------------------------

async function ask(path, body) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const method = body === undefined ? "GET" : "POST";
  const options = { method, headers, cache: "no-store" };
  if (body !== undefined) options.body = JSON.stringify(body);
  const answer = await fetch(`/api${path}`, options);
  const value = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(value.error.message), { type: value.error.type });
  return value;
}

async function refresh() {
  clearTimeout(due);
  try {
    const paths = ["/status", "/plugins", "/pending", "/lines?last=40"];
    const [status, plugins, pending, lines] = await Promise.all(paths.map((path) => ask(path)));
    showHead(status);
    showRooms(status);
    showPlugins(plugins.plugins, status.rooms.map((room) => room.id));
    showPending(pending.pending, status.rooms.length > 1);
    showLines(lines.lines, status.rooms.length > 1);
    showNotices(status.notices);
    document.querySelector("main").hidden = false;
    online(true);
    begin();
  } catch (error) {
    online(false);
    if (error.type === "unauthorized") return askForKey();
  }
  due = setTimeout(refresh, EVERY);
  return undefined;
}

function begin() {
  if (watching) return;
  watching = true;
  const kinds = "send,connected,disconnected,reconnecting,stream_paused,stream_resumed,stream_end";
  watch({ query: `kinds=${kinds}`, key, onEvent: soon, onState: soon });
}

function soon() {
  clearTimeout(due);
  due = setTimeout(refresh, SOON);
}

function askForKey() {
  at("wrong").hidden = !key;
  at("key").value = "";
  if (!at("ask").open) at("ask").showModal();
}

at("ask").addEventListener("close", () => {
  key = at("key").value.trim();
  sessionStorage.setItem(KEPT, key);
  refresh();
});

async function order(button, path, body = {}) {
  button.disabled = true;
  try {
    await ask(path, body);
  } catch (error) {
    tell(error.message);
  }
  button.disabled = false;
  await refresh();
}

function tell(text) {
  at("toast").textContent = clean(text, 300);
  at("toast").hidden = false;
  clearTimeout(tell.end);
  tell.end = setTimeout(() => (at("toast").hidden = true), 6000);
}

// ---- showing ----------------------------------------------------------------------------------------

/** Show a list; what has not changed stays as it is, with its focus, and open where it was opened. */
function list(parent, items, keyOf, make) {
  const known = new Map([...parent.children].map((child) => [child.itemKey, child]));
  const shown = items.map((item) => {
    const text = JSON.stringify(item);
    const old = known.get(keyOf(item));
    if (old?.itemText === text) return old;
    const made = make(item);
    Object.assign(made, { itemKey: keyOf(item), itemText: text });
    if (old?.open) made.open = true;
    return made;
  });
  const same = shown.length === parent.children.length && shown.every((one, i) => parent.children[i] === one);
  if (!same) parent.replaceChildren(...shown);
}

function chip([words, mood]) {
  return element("span", `chip ${mood}`, words);
}

function button(words, className, act) {
  const made = element("button", className, words);
  made.type = "button";
  made.addEventListener("click", () => act(made));
  return made;
}

function time(text) {
  return element("time", "", new Date(text).toLocaleTimeString("zh-CN", { hour12: false }));
}

function online(yes) {
  at("online").textContent = yes ? "在线" : "连不上机器人";
  at("online").className = `dot ${yes ? "good" : "bad"}`;
}

function showHead(status) {
  at("name").textContent = clean(status.name, 24);
  document.title = clean(status.name, 24);
  at("version").textContent = `douyinbot ${status.version}`;
}

function showRooms(status) {
  const key = status.web.overlay_key;
  list(at("rooms"), status.rooms, (room) => room.id, (room) => roomCard(room, key));
}

function roomCard(room, overlayKey) {
  const path = `/rooms/${encodeURIComponent(room.id)}`;
  const link = new URL(`/overlay?room=${encodeURIComponent(room.id)}`, location.href);
  if (overlayKey) link.hash = `key=${overlayKey}`;
  const speech = room.stopped
    ? button("恢复发言", "", (made) => order(made, `${path}/resume`))
    : button("暂停发言", "plain", (made) => order(made, `${path}/pause`));
  return element(
    "article",
    "card",
    element(
      "div",
      "head",
      element("h3", "", clean(room.owner, 24) || room.id, element("span", "faint", ` ${room.id}`)),
      chip(ROOM_STATES[room.state]),
    ),
    element("p", "faint title", clean(room.title, 60) || room.connector),
    element("dl", "", figure("在线", room.viewers), figure("弹幕", room.lines), figure("待审", room.pending)),
    element("p", "", chip(MODES[room.mode]), room.simulated ? chip(["模拟", "calm"]) : ""),
    room.stopped ? element("p", "bad", `不发言: ${clean(room.stopped, 200)}`) : "",
    room.failure ? element("p", "bad", clean(room.failure, 300)) : "",
    ...room.commands_off.map((name) =>
      element(
        "p",
        "faint",
        `命令 ${name} 关着 `,
        button("打开", "plain small", (made) => order(made, `${path}/commands/${encodeURIComponent(name)}/enable`)),
      ),
    ),
    element("div", "tools", speech, button("复制 OBS 叠加层地址", "plain", () => copy(link.href))),
  );
}

function figure(name, number) {
  return element("div", "", element("dt", "", name), element("dd", "", Number(number).toLocaleString("zh-CN")));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell("已复制，在 OBS 里添加“浏览器”来源，粘贴到 URL。");
  } catch {
    tell(text); // no clipboard without TLS, except on this computer
  }
}

/** Buttons that switch a plugin in single rooms, where there are several. */
function roomSwitches(plugin, path, rooms) {
  if (rooms.length < 2 || plugin.status === "off") return "";
  const made = rooms.map((room) => {
    const on = !plugin.off_in.includes(room);
    const act = `${path}/${on ? "disable" : "enable"}?room=${encodeURIComponent(room)}`;
    const turn = button(room, "room", (pressed) => order(pressed, act));
    turn.setAttribute("aria-pressed", String(on));
    turn.setAttribute("aria-label", `插件 ${plugin.name} 在直播间 ${room}`);
    return turn;
  });
  return element("span", "whole rooms", ...made);
}

function showPlugins(plugins, rooms) {
  at("no-plugins").hidden = plugins.length > 0;
  list(at("plugins"), plugins, (plugin) => plugin.name, (plugin) => {
    const path = `/plugins/${encodeURIComponent(plugin.name)}`;
    const on = plugin.status !== "off";
    const turn = button("", "switch", (made) => order(made, `${path}/${on ? "disable" : "enable"}`));
    turn.setAttribute("role", "switch");
    turn.setAttribute("aria-checked", String(on));
    turn.setAttribute("aria-label", `插件 ${plugin.name}`);
    const trouble = plugin.status === "resting" || plugin.status === "failed";
    return element(
      "li",
      "plugin",
      turn,
      element("span", "grow", plugin.name, element("span", "faint", ` ${plugin.version}`)),
      trouble ? chip([PLUGIN_STATES[plugin.status], "bad"]) : "",
      on ? button("重新加载", "plain small", (made) => order(made, `${path}/reload`)) : "",
      roomSwitches(plugin, path, rooms),
      trouble ? element("p", "bad whole", clean(plugin.detail, 300)) : "",
    );
  });
}

function showPending(lines, several) {
  at("pending-section").hidden = lines.length === 0;
  at("pending-count").textContent = lines.length;
  const still = lines.map(({ left, ...line }) => line);
  list(at("pending"), still, (line) => line.id, (line) => {
    const path = `/pending/${line.id}`;
    return element(
      "li",
      "awaiting",
      element("p", "grow", clean(line.text, 200)),
      element("span", "faint", several ? `${line.room} · ` : "", `${line.plugin || "bot"} · `, element("span", "left")),
      button("同意", "", (made) => order(made, `${path}/approve`)),
      button("不同意", "plain", (made) => order(made, `${path}/reject`)),
    );
  });
  [...at("pending").children].forEach((row, i) => (row.until = Date.now() + 1000 * lines[i].left));
  countDown();
}

function countDown() {
  for (const row of at("pending").children) {
    row.querySelector(".left").textContent = `${Math.max(0, Math.round((row.until - Date.now()) / 1000))} 秒`;
  }
}

function showLines(lines, several) {
  const newest = [...lines].reverse();
  at("no-lines").hidden = newest.length > 0;
  list(at("lines"), newest, (line) => `${line.time} ${line.line}`, (line) => lineRow(line, several));
}

function lineRow(line, several) {
  const state = line.steps.at(-1)?.state ?? "dropped";
  const because = line.event ? `${line.user}: ${line.words}` : "自己说的";
  const steps = line.steps.map((step) =>
    element("li", "", time(step.time), ` ${LINE_STATES[step.state]?.[0] ?? step.state}`, step.reason && ` · ${clean(step.reason, 200)}`),
  );
  return element(
    "details",
    "line",
    element(
      "summary",
      "",
      chip(LINE_STATES[state] ?? [state, "calm"]),
      element("span", "grow", line.text ? clean(line.text, 200) : element("span", "faint", `没有回答: ${clean(because, 80)}`)),
      line.told ? element("span", "reason", line.told, line.times > 1 ? ` ×${line.times}` : "") : "",
      time(line.time),
    ),
    element("p", "faint", several ? `${line.room} · ` : "", `${line.plugin || "bot"} ${line.handler} ${line.line}`, ` · ${clean(because, 120)}`),
    line.words_before ? element("p", "faint", filtered(line.words_changed_by, "改过观众的话", line.words_before)) : "",
    line.note ? element("p", "faint", clean(line.note, 200)) : "",
    line.before ? element("p", "faint", filtered(line.changed_by, "改过", line.before)) : "",
    line.dropped_by ? element("p", "faint", filtered([line.dropped_by], "不让说")) : "",
    steps.length ? element("ol", "", ...steps) : "",
    line.why && !steps.length ? element("p", "bad", clean(line.why, 300)) : "",
  );
}

function filtered(plugins, did, before = "") {
  return `${plugins.join("、")} ${did}${before ? `，原来是: ${clean(before, 200)}` : ""}`;
}

function showNotices(notices) {
  const newest = [...notices].reverse();
  at("no-notices").hidden = newest.length > 0;
  list(at("notices"), newest, (notice) => `${notice.time} ${notice.text}`, (notice) =>
    element("li", `notice ${notice.level}`, time(notice.time), ` ${notice.room} `, clean(notice.text, 400)),
  );
}

at("approve-all").addEventListener("click", (event) => order(event.target, "/pending/all/approve"));
at("reject-all").addEventListener("click", (event) => order(event.target, "/pending/all/reject"));
setInterval(countDown, 1000);
refresh();
