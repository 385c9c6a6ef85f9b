/** A private widget asks for a token before the last one ends: this page's own server gets it, with its own account. */
for (const widget of document.querySelectorAll("[private]")) {
  widget.getToken = async function getToken() {
    const answer = await fetch("/widget-token", { method: "POST" });
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    return answer.json();
  };
}
