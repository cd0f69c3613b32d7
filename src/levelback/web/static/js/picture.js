// The photo with its layers, and points that can be dragged or moved by the arrow keys.

import { el, svg } from "./dom.js";
import { t } from "./strings.js";

const LAYERS = ["outline", "bones", "lines", "plumb", "joints"];
const STEP_SHARE = 1 / 800;

/**
 * Return { node, update, highlight }.
 *
 * view      a PhotoView of the API
 * hint      the bubble that explains a measured line while one points at it
 * onmove    called with (name, [x, y] in pixels of the full photo, done) while a point moves; null: nothing moves
 */
export function picture(view, onmove, hint) {
  let { overlay, numbers } = view;
  const [left, top, right, bottom] = overlay.box;
  const unit = (bottom - top) / 1000;
  const root = svg("svg", { viewBox: `${left} ${top} ${right - left} ${bottom - top}`, class: "marks", role: "group", "aria-label": t("report.alt") });
  const image = svg("image", { href: `/api/photos/${view.id}/picture.jpg`, x: 0, y: 0, width: overlay.size[0], height: overlay.size[1] });
  const layers = Object.fromEntries(LAYERS.map((name) => [name, svg("g", { class: `layer ${name}` })]));
  root.append(image, ...LAYERS.map((name) => layers[name]));
  const dots = new Map();

  function draw() {
    layers.outline.replaceChildren(...overlay.outline.map((points) => svg("polygon", { points: points.join(" "), "stroke-width": 2.5 * unit })));
    const at = Object.fromEntries(overlay.joints.map((joint) => [joint.name, joint]));
    layers.bones.replaceChildren(...overlay.bones.filter(([a, b]) => at[a] && at[b]).map(([a, b]) => stroke([[at[a].x, at[a].y], [at[b].x, at[b].y]], 2.4, "bone")));
    layers.plumb.replaceChildren(...(overlay.plumb.length ? [stroke(overlay.plumb, 3, "plumb")] : []));
    layers.lines.replaceChildren(...overlay.lines.flatMap(measuredLine));
    for (const joint of overlay.joints) place(joint);
  }

  function stroke([[x1, y1], [x2, y2]], width, name) {
    return svg("g", {}, svg("line", { x1, y1, x2, y2, class: "edge", "stroke-width": (width + 2.4) * unit }), svg("line", { x1, y1, x2, y2, class: name, "stroke-width": width * unit }));
  }

  function measuredLine(line) {
    const fan = line.fan.map((points) => svg("polygon", { points: points.join(" "), class: "fan" }));
    const level = stroke(line.level, 2.2, "level");
    level.lastChild.setAttribute("stroke-dasharray", `${9 * unit} ${6 * unit}`);
    return [...fan, level, stroke(line.measured, 4.2, "measured"), label(line)];
  }

  function label(line) {
    const size = 25 * unit;
    const [x1, x2] = line.measured.map((point) => point[0]);
    const end = Math.max(x1, x2) + 14 * unit;
    const wide = Math.max(...line.text.map((text) => text.length)) * size * 0.56 + size;
    const x = Math.min(end, right - wide - 4 * unit);
    const y = line.centre[1] - size * 1.9;
    const lines = line.text.map((text, index) => svg("tspan", { x: x + size / 2, dy: index ? size * 1.25 : 0 }, text));
    const node = svg("g", { class: "label", tabindex: 0, role: "img", "aria-label": line.text.join(" ") }, svg("rect", { x, y: y - size * 1.2, width: wide, height: size * (1.25 * lines.length + 0.7), rx: size / 3 }), svg("text", { x, y, "font-size": size }, ...lines));
    hint.explain(node, () => numbers[line.id]?.explained, (on) => highlight(on ? (overlay.rests_on[line.id] ?? []) : []));
    return node;
  }

  function highlight(names) {
    for (const [name, dot] of dots) dot.classList.toggle("lit", names.includes(name));
  }

  function place(joint) {
    let dot = dots.get(joint.name);
    if (!dot) {
      dot = svg("g", { class: "joint" }, svg("circle", { class: "reach", r: 16 * unit }), svg("circle", { class: "dot", r: 6 * unit, "stroke-width": 2 * unit }));
      if (onmove) movable(dot, joint.name);
      dots.set(joint.name, dot);
      layers.joints.append(dot);
    }
    dot.setAttribute("transform", `translate(${joint.x} ${joint.y})`);
    dot.classList.toggle("moved", joint.moved);
    dot.dataset.x = joint.x;
    dot.dataset.y = joint.y;
  }

  function movable(dot, name) {
    dot.setAttribute("tabindex", "0");
    dot.setAttribute("role", "button");
    dot.setAttribute("aria-label", t("report.point", name.replaceAll("_", " ")));
    const here = () => [Number(dot.dataset.x), Number(dot.dataset.y)];
    const move = (x, y, done) => {
      x = Math.min(overlay.size[0], Math.max(0, x));
      y = Math.min(overlay.size[1], Math.max(0, y));
      place({ ...overlay.joints.find((joint) => joint.name === name), x, y, moved: true });
      onmove(name, [x * overlay.factor, y * overlay.factor], done);
    };
    dot.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      dot.focus();
      dot.setPointerCapture(event.pointerId);
      const grip = inPicture(event);
      const [x0, y0] = here();
      const follow = (moved, done) => {
        const point = inPicture(moved);
        move(x0 + point.x - grip.x, y0 + point.y - grip.y, done);
      };
      const drag = (moved) => follow(moved, false);
      const drop = (moved) => {
        dot.removeEventListener("pointermove", drag);
        dot.removeEventListener("pointerup", drop);
        dot.removeEventListener("pointercancel", drop);
        if (moved.clientX !== event.clientX || moved.clientY !== event.clientY) follow(moved, true);
      };
      dot.addEventListener("pointermove", drag);
      dot.addEventListener("pointerup", drop);
      dot.addEventListener("pointercancel", drop);
    });
    dot.addEventListener("keydown", (event) => {
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const way = ways[event.key];
      if (!way) return;
      event.preventDefault();
      const far = (bottom - top) * STEP_SHARE * (event.shiftKey ? 10 : 1);
      const [x, y] = here();
      move(x + way[0] * far, y + way[1] * far, true);
    });
  }

  function inPicture(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(root.getScreenCTM().inverse());
  }

  draw();
  return {
    node: root,
    /** Show another state of the same photo. */
    update(next) {
      ({ overlay, numbers } = next);
      draw();
    },
    /** Make the points with these names stand out; none: all alike. */
    highlight,
    /** Switch one layer on or off. */
    layer(name, on) {
      layers[name].classList.toggle("off", !on);
    },
  };
}

/** Return the switches of the layers. */
export function layerSwitches(shown) {
  const boxes = LAYERS.map((name) => {
    const box = el("input", { type: "checkbox", checked: name !== "outline", onchange: () => shown.layer(name, box.checked) });
    shown.layer(name, box.checked);
    return el("label", { class: "switch" }, box, t(`report.layer.${name}`));
  });
  return el("fieldset", { class: "switches" }, el("legend", {}, t("report.layers")), ...boxes);
}
