const byId = (id) => document.getElementById(id);
const channel = new BroadcastChannel("tasklight-connect");
const answerWithin = 1200;

const parameters = new URLSearchParams(window.location.search);
const session = parameters.get("session_id");
const finishCode = parameters.get("finish_code");
// The code has done its work in the address: it leaves the history before anything else happens.
window.history.replaceState(null, "", window.location.pathname);

async function finish() {
	if (!session || !finishCode) {
		throw new Error("Nothing was connected. You can close this window and try again.");
	}
	const answer = await fetch("/api/connect/finish", {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ session_id: session, finish_code: finishCode }),
	});
	if (!answer.ok) {
		const problem = await answer.json().catch(() => ({}));
		throw new Error(problem.message ?? "Something went wrong.");
	}
}

function tell(state, headline, explanation) {
	byId("mark").dataset.state = state;
	byId("headline").textContent = headline;
	byId("explanation").textContent = explanation;
	byId("back").hidden = false;
}

// The page that opened this one, if it is still there, answers over the same-origin channel; then this window may go.
function announce(result) {
	return new Promise((heard) => {
		const giveUp = setTimeout(() => heard(false), answerWithin);
		channel.addEventListener("message", ({ data }) => {
			if (data === "seen") {
				clearTimeout(giveUp);
				heard(true);
			}
		});
		channel.postMessage(result);
	});
}

try {
	await finish();
	tell("good", "Connected", "You can go back to your tasks.");
	if (await announce("connected")) {
		window.close();
	} else {
		window.location.replace("/");
	}
} catch (failure) {
	tell("bad", "Not connected", failure.message);
	await announce("failed");
}
