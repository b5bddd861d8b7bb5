const byId = (id) => document.getElementById(id);
const connectChannel = new BroadcastChannel("tasklight-connect");
const words = {
	active: "Connected",
	degraded: "Connected",
	reauth_required: "Needs you",
};
const pollEvery = 2000;
const pollAtMost = 300;

async function call(method, path, body) {
	const answer = await fetch(path, {
		method,
		headers: body === undefined ? {} : { "Content-Type": "application/json" },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const json = await answer.json().catch(() => ({}));
	if (!answer.ok) {
		const failure = new Error(json.message ?? "Something went wrong.");
		failure.status = answer.status;
		throw failure;
	}
	return json;
}

let noticeTimer;
function say(text, bad = false) {
	const notice = byId("notice");
	notice.textContent = text;
	notice.classList.toggle("bad", bad);
	notice.hidden = false;
	clearTimeout(noticeTimer);
	noticeTimer = setTimeout(() => { notice.hidden = true; }, 6000);
}

async function during(button, work) {
	button.disabled = true;
	try {
		await work();
	} catch (failure) {
		say(failure.message, true);
		if (failure.status === 401) {
			await show();
		}
	} finally {
		button.disabled = false;
	}
}

function element(tag, className, text) {
	const made = document.createElement(tag);
	made.className = className;
	if (text !== undefined) {
		made.textContent = text;
	}
	return made;
}

function button(className, text, work) {
	const made = element("button", className, text);
	made.type = "button";
	made.addEventListener("click", () => during(made, work));
	return made;
}

function taskItem(task) {
	const item = element("li", task.done ? "done" : "");
	const tick = element("span", "tick");
	tick.setAttribute("role", "img");
	tick.setAttribute("aria-label", task.done ? "done" : "to do");
	item.append(tick, element("span", "task-title", task.title), element("span", "key", "#" + task.key));
	return item;
}

function accountItem(connection) {
	const item = element("li", "");
	const head = element("div", "account-head");
	const usable = connection.status === "active" || connection.status === "degraded";
	head.append(
		element("span", "account-name", connection.integration),
		element("span", usable ? "badge" : "badge attention", words[connection.status] ?? connection.status));
	const what = [connection.account, (connection.scopes ?? []).join(", ")].filter(Boolean).join(" · ");
	const actions = element("div", "account-actions");
	if (usable) {
		actions.append(button("small", "Import issues", () => importIssues(connection)));
		actions.append(button("small quiet", "Who am I?", () => whoAmI(connection)));
	}
	actions.append(button("small quiet", "Disconnect", () => disconnect(connection)));
	item.append(head);
	if (what) {
		item.append(element("p", "hint", what));
	}
	item.append(actions);
	return item;
}

async function show() {
	let overview;
	try {
		overview = await call("GET", "/api/overview");
	} catch (failure) {
		say(failure.message, true);
		return;
	}
	const signedIn = overview.signed_in;
	byId("welcome").hidden = signedIn;
	byId("board").hidden = !signedIn;
	byId("who").hidden = !signedIn;
	if (!signedIn) {
		return;
	}
	byId("who-name").textContent = overview.name;
	byId("avatar").textContent = overview.name.split(" ").map((part) => part[0]).join("");
	const open = overview.tasks.filter((task) => !task.done).length;
	byId("task-count").textContent = overview.tasks.length === 0 ? "" : open + " to do";
	byId("task-list").replaceChildren(...overview.tasks.map(taskItem));
	byId("no-tasks").hidden = overview.tasks.length > 0;
	byId("no-tasks").textContent = overview.connections.length === 0
		? "Nothing here yet. Connect an account to begin."
		: "Nothing here yet. Import the issues of your connected account.";
	byId("accounts").replaceChildren(...overview.connections.map(accountItem));
	byId("no-accounts").hidden = overview.connections.length > 0;
	byId("connect").textContent = overview.connections.length > 0 ? "Connect another" : "Connect an account";
	byId("connect").classList.toggle("primary", overview.connections.length === 0);
}

// The popup must be opened in the click itself, or browsers block it; its address follows. Without a popup the whole page goes.
async function connect() {
	const popup = window.open("", "tasklight-connect", "popup,width=480,height=720");
	try {
		const started = await call("POST", "/api/connect");
		if (popup) {
			popup.location.replace(started.connect_url);
			watch(started.session_id);
		} else {
			window.location.assign(started.connect_url);
		}
	} catch (failure) {
		popup?.close();
		throw failure;
	}
}

// Only for telling the end user that it came to nothing: success is announced by the return page.
async function watch(session) {
	for (let i = 0; i < pollAtMost; i++) {
		await new Promise((wake) => setTimeout(wake, pollEvery));
		const { status } = await call("GET", "/api/connect/" + encodeURIComponent(session)).catch(() => ({}));
		if (status === "failed" || status === "expired") {
			say("The account was not connected.", true);
		}
		if (status !== "pending" && status !== "authorized") {
			return;
		}
	}
}

async function importIssues(connection) {
	const result = await call("POST", "/api/connections/" + encodeURIComponent(connection.id) + "/import");
	await show();
	say(result.added === 0 ? "Nothing new." : result.added === 1 ? "One new task." : result.added + " new tasks.");
}

async function whoAmI(connection) {
	const { login } = await call("POST", "/api/connections/" + encodeURIComponent(connection.id) + "/profile");
	say("You are signed in there as " + login + ".");
}

async function disconnect(connection) {
	if (await sure("Disconnect this account?", "Its access is revoked at the provider, and its tasks leave your list.", "Disconnect")) {
		await call("DELETE", "/api/connections/" + encodeURIComponent(connection.id));
		await show();
		say("Disconnected.");
	}
}

async function eraseMe() {
	if (await sure("Erase everything about you?", "All your connections are revoked at their providers and erased. This cannot be undone.", "Erase me")) {
		const result = await call("POST", "/api/erase-me");
		await show();
		say("Erased. Your receipt: " + result.erasure);
	}
}

function sure(title, text, yes) {
	const dialog = byId("sure");
	byId("sure-title").textContent = title;
	byId("sure-text").textContent = text;
	byId("sure-yes").textContent = yes;
	dialog.returnValue = "";
	dialog.showModal();
	return new Promise((answer) => {
		dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
	});
}

byId("sure-yes").addEventListener("click", () => byId("sure").close("yes"));
byId("sure-no").addEventListener("click", () => byId("sure").close(""));
byId("connect").addEventListener("click", () => during(byId("connect"), connect));
byId("erase").addEventListener("click", () => during(byId("erase"), eraseMe));
byId("sign-out").addEventListener("click", () => during(byId("sign-out"), async () => {
	await call("POST", "/api/sign-out", {});
	await show();
}));
for (const person of document.querySelectorAll(".person")) {
	person.addEventListener("click", () => during(person, async () => {
		await call("POST", "/api/sign-in", { person: person.dataset.person });
		await show();
	}));
}
connectChannel.addEventListener("message", async ({ data }) => {
	if (data === "connected" || data === "failed") {
		connectChannel.postMessage("seen");
		await show();
		say(data === "connected" ? "Your account is connected." : "The account was not connected.", data === "failed");
	}
});
await show();
