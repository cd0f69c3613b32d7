// Files that are given to others.

import { el } from "./dom.js";
import { t } from "./strings.js";

/** Return a switch that asks for hidden faces in the files that `links` lead to. */
export function faceSwitch(links) {
  const hide = el("input", { type: "checkbox", id: "blur-face", onchange: () => links.forEach(ask) });
  const ask = (link) => {
    const address = new URL(link.href);
    address.searchParams.set("blur_face", hide.checked);
    link.href = address;
  };
  return el("p", { class: "field" }, el("label", { for: "blur-face", class: "switch" }, hide, t("report.blurFace", links.length)));
}
