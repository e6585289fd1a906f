// Added by `riktvarden serve` to the pages that it shows, and to no page of the site: loads a page again when it has
// been built again, and shows why a build failed.
"use strict";
(() => {
  const { made } = document.currentScript.dataset;
  const panel = document.createElement("pre");
  panel.id = "rv-build";
  panel.setAttribute("role", "status");
  // The policy of the pages forbids style attributes in markup, not rules set one by one.
  Object.assign(panel.style, {
    position: "fixed", inset: "auto 0 0 0", zIndex: "9999", margin: "0", padding: "0.75rem 1rem", maxHeight: "60vh",
    overflow: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere", font: "0.875rem/1.5 monospace",
    color: "#fff", background: "#1f2937", border: "0", borderTop: "4px solid #9ca3af", borderRadius: "0",
  });

  const show = (text, failed) => {
    panel.textContent = text;
    panel.style.borderTopColor = failed ? "#f87171" : "#9ca3af";
    panel.hidden = !text;
    panel.style.display = text ? "block" : "none";
    if (!panel.isConnected) document.body.append(panel);
  };

  const changes = new EventSource("/@changes");
  changes.onmessage = ({ data }) => {
    const now = JSON.parse(data);
    if (now.made !== made) {
      changes.close();
      location.reload();
    } else {
      show(now.fault || (now.building ? "Building …" : ""), Boolean(now.fault));
    }
  };
  changes.onerror = () => show("The server has stopped.", true);
})();
