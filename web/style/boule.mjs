// What a browser with JavaScript does better; every page works without it.
import { Button, createAll, ErrorSummary, NotificationBanner, ServiceNavigation } from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
createAll(ErrorSummary);
createAll(NotificationBanner);
createAll(ServiceNavigation);
createAll(Button, { preventDoubleClick: true });

// Words typed and not sent: the browser asks before it leaves the page.
for (const form of document.querySelectorAll("form[data-keep]")) {
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", () => (typed = false));
  addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}

// A choice that takes effect at once has a button for those without JavaScript.
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// Ticking one box ticks all rows of a table.
for (const box of document.querySelectorAll("input[data-ticks]")) {
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    for (const other of document.getElementsByName(box.dataset.ticks)) other.checked = box.checked;
  });
}
