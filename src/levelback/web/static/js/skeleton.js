// The skeleton over a video, on a canvas that is mirrored with it by the style sheet.

const LIMBS = { left: [[11, 13], [13, 15], [23, 25], [25, 27], [27, 29], [29, 31]], right: [[12, 14], [14, 16], [24, 26], [26, 28], [28, 30], [30, 32]], middle: [[11, 12], [23, 24], [11, 23], [12, 24]] };
const COLOURS = { left: "#56b4e9", right: "#e696be", middle: "#ffffff" };

const LONGEST = 960;

/** Return a canvas of the shape of `video`, fine enough for lines and no finer: each drawing costs by its pixels. */
export function skeletonOver(video) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = video.videoWidth * scale;
  canvas.height = video.videoHeight * scale;
  canvas.className = "mirror";
  return canvas;
}

/** Draw `joints` ([x, y, visibility] in shares of the picture) onto a canvas. */
export function drawSkeleton(canvas, joints) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!joints.length) return;
  const unit = canvas.height / 120;
  context.lineCap = "round";
  for (const [width, shade] of [[1.5, true], [0.85, false]]) {
    context.lineWidth = unit * width;
    for (const [side, bones] of Object.entries(LIMBS)) {
      context.strokeStyle = shade ? "rgba(16,32,43,.7)" : COLOURS[side];
      for (const [a, b] of bones) {
        if (Math.min(joints[a][2], joints[b][2]) < 0.5) continue;
        context.beginPath();
        context.moveTo(joints[a][0] * canvas.width, joints[a][1] * canvas.height);
        context.lineTo(joints[b][0] * canvas.width, joints[b][1] * canvas.height);
        context.stroke();
      }
    }
  }
}
