// Drag and drop of many PDFs, sent one after another, each followed live while it is read.
const form = document.querySelector("[data-upload]");
const jobs = document.querySelector("[data-jobs]");
const file = form.querySelector("input[type=file]");
const said = form.dataset;
const PDF_BYTES = 1024;

const explain = (code, message) => said[`explain${code[0].toUpperCase()}${code.slice(1)}`] ?? message;
const word = (kind, name) => said[`${kind}${name[0].toUpperCase()}${name.slice(1)}`] ?? name;

function addRow(name) {
  const row = document.createElement("li");
  for (const kind of ["name", "state"]) {
    const part = document.createElement("span");
    part.className = kind;
    row.append(part);
  }
  row.firstChild.textContent = name;
  jobs.prepend(row);
  return row;
}

function setState(row, text, done, total) {
  const state = row.querySelector(".state");
  state.textContent = total ? `${text} ${done}/${total}` : text;
  if (total) {
    const bar = document.createElement("progress");
    bar.max = total;
    bar.value = done;
    bar.setAttribute("aria-label", row.firstChild.textContent);
    state.append(bar);
  }
}

function setSaid(row, text, link) {
  if (!text && !link) return;
  const part = row.querySelector(".said") ?? row.appendChild(Object.assign(document.createElement("span"), { className: "said" }));
  part.textContent = text;
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link;
    anchor.textContent = said.edit;
    part.append(" ", anchor);
  }
}

function refuse(row, text) {
  row.className = "failed";
  setState(row, said.stageRefused);
  setSaid(row, text);
}

function finish(row, report) {
  row.dataset.state = "done";
  row.classList.toggle("failed", report.outcome === "failed");
  setState(row, word("outcome", report.outcome));
  const notes = report.error ? explain(report.error.code, report.error.message) : (report.warnings ?? []).join(" ");
  const guessed = report.guessed?.length ? said.guessed.replace("{fields}", report.guessed.map((name) => word("field", name)).join(", ")) : "";
  setSaid(row, [notes, guessed].filter(Boolean).join(" "), guessed ? `/documents/${report.document}` : "");
}

// One stream at a time: browsers allow six connections to a host, and files are read in order anyway.
const followed = [];
let following = false;
async function followAll() {
  if (following) return;
  following = true;
  while (followed.length) await follow(...followed.shift());
  following = false;
  await refreshList();
}

function follow(row, id) {
  return new Promise((resolve) => {
    const stream = new EventSource(`/api/v1/jobs/${id}/events`);
    stream.onmessage = (event) => {
      const job = JSON.parse(event.data);
      if (job.state === "done") {
        stream.close();
        finish(row, job.report);
        resolve();
      } else setState(row, word("stage", job.stage), job.done, job.total);
    };
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED) return;
      // The service knows the upload no more: it was stopped meanwhile, and what it had not read is gone.
      row.className = "failed";
      setState(row, said.stageFailed);
      setSaid(row, said.stageLost);
      resolve();
    };
  });
}

async function refreshList() {
  const answer = await fetch(window.location.pathname, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#list");
  if (fresh) document.querySelector("#list").replaceWith(fresh);
}

async function send(one) {
  const row = addRow(one.name);
  setState(row, said.stageSending);
  const start = new TextDecoder("latin1").decode(await one.slice(0, PDF_BYTES).arrayBuffer());
  if (one.size > Number(said.limit) * 1e6) return refuse(row, form.querySelector(".hint").textContent);
  const body = new FormData();
  // Of what is no PDF the first bytes are enough: the service says why it refuses them.
  body.append("file", start.includes("%PDF") ? one : one.slice(0, PDF_BYTES), one.name);
  const region = form.querySelector("[name=region]").value.trim();
  if (region) body.append("region", region);
  try {
    const answer = await fetch("/api/v1/documents", { method: "POST", body });
    const told = await answer.json();
    if (!answer.ok) return refuse(row, explain(told.code, told.detail));
    setState(row, word("stage", "waiting"));
    row.dataset.job = told.jobs[0].id;
    followed.push([row, told.jobs[0].id]);
    followAll();
  } catch (error) {
    refuse(row, String(error.message ?? error));
  }
}

async function sendAll(files) {
  for (const one of files) await send(one);
}

file.addEventListener("change", async () => {
  const files = [...file.files];
  await sendAll(files);
  file.value = "";
});
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
}
form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("over"); });
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  sendAll([...event.dataTransfer.files]);
});

for (const row of jobs.querySelectorAll("[data-job]")) {
  if (row.dataset.state !== "done") followed.push([row, row.dataset.job]);
}
if (followed.length) followAll();
