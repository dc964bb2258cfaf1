"use strict";
const root = document.querySelector(".webcast-chatroom");
const page = JSON.parse(root.dataset.page);
const list = root.querySelector(".webcast-chatroom___list");
const footer = root.querySelector(".webcast-chatroom___input-container");
const toast = root.querySelector(".toast");
const MOST_LINES = 200;
const LOOK_EVERY = 500;
let cursor = "";

function show(line) {
  const item = document.createElement("li");
  item.className = line.kind;
  item.dataset.id = line.id;
  const who = document.createElement("span");
  who.className = "who";
  who.textContent = line.kind === "chat" ? `${line.who}：` : line.who;
  item.append(who, line.text);
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  list.append(item);
  while (list.children.length > MOST_LINES) list.firstChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function tell(words) {
  toast.textContent = words;
  toast.hidden = !words;
}

function setClosed(words) {
  const shown = footer.querySelector(".closed");
  if (words === (shown ? shown.textContent : "")) return;
  if (!words) return void (footer.innerHTML = page.box);
  const note = document.createElement("p");
  note.className = "closed";
  note.textContent = words;
  footer.replaceChildren(note);
}

async function look() {
  try {
    const answer = await fetch(`${page.lines}?after=${cursor}`);
    const news = await answer.json();
    news.lines.forEach(show);
    cursor = news.cursor;
    setClosed(news.closed);
  } catch {
    tell("连接已断开，正在重试");
  }
  setTimeout(look, LOOK_EVERY);
}

async function say() {
  const box = footer.querySelector("[contenteditable]");
  const text = box.innerText.replace(/\u00a0/g, " ").replace(/\n+$/, "");
  if (!text.trim()) return;
  const query = new URLSearchParams({
    aid: "6383", app_name: "douyin_web", live_id: "1", device_platform: "web", enter_from: "web_live",
    room_id: page.room, content: text, type: "0", rtf_content: "", page_token: page.token,
  });
  try {
    const answer = await fetch(`${page.chat}?${query}`);
    const body = await answer.json();
    tell(body.status_code ? body.data.prompts : "");
    if (!body.status_code) box.textContent = "";
  } catch {
    tell("发送失败，请稍后再试");
  }
}

footer.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.isContentEditable) return;
  event.preventDefault();
  say();
});
footer.addEventListener("click", (event) => {
  if (event.target.matches(".webcast-chatroom___send-btn")) say();
});
document.querySelector("#login")?.addEventListener("click", () => {
  document.cookie = "sessionid=simulated; path=/; max-age=31536000";
  location.reload();
});
if (page.lines) look();
