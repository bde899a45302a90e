"use strict";
// The page works without this; what it adds is a line that follows the sound, and places to start.
for (const audio of document.querySelectorAll("audio")) {
  const figure = audio.closest("figure");
  const timeline = figure.querySelector(".timeline");
  const head = figure.querySelector(".playhead");
  const whole = Number(audio.dataset.seconds);
  const follow = () => {
    const x = `${Math.min(100, (100 * audio.currentTime) / whole)}%`;
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
    head.classList.add("playing");
    if (!audio.paused) requestAnimationFrame(follow);
  };
  audio.addEventListener("play", follow);
  audio.addEventListener("seeked", follow);
  timeline.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    const box = timeline.getBoundingClientRect();
    audio.currentTime = ((event.clientX - box.left) / box.width) * whole;
  });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-at]");
  const audio = link?.closest("section").querySelector("audio");
  if (audio) audio.currentTime = Number(link.dataset.at);
});
