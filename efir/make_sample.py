"""Draws the sample recording in `app/sample/` with ffmpeg: a moving test card whose clock shows the position.

Run by hand when the card changes (`python -m efir.make_sample`); the results are committed, nothing else needs it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

SECONDS = 140
WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 360, 12
KEYFRAME_SECONDS, SEGMENT_SECONDS = 5, 20
NIGHT, PAPER, SIGNAL, MUTED = "0x14131a", "0xf6f1e7", "0xff5b3a", "0x8d879c"
SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
BOLD = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"
CHAPTERS = (
    (0, "1 · Приветствие · Welcome"),
    (30, "2 · Как устроен эфир · How it works"),
    (60, "3 · Предложение · The offer"),
    (100, "4 · Вопросы и ответы · Questions"),
)
TONE = "0.12*sin(2*PI*440*t)*lt(mod(t,10),0.35)*sin(PI*mod(t,10)/0.35)"
"""A soft tone of a third of a second, every ten seconds: sound can be checked without being a nuisance."""


def text(  # noqa: PLR0913 - what a drawn text has
    content: str, *, font: str, size: int, x: str, y: str, colour: str = PAPER, when: str = "1"
) -> str:
    """One drawtext filter; `content` must not hold a quote."""
    return f"drawtext=fontfile={font}:text='{content}':fontsize={size}:fontcolor={colour}:x={x}:y={y}:enable='{when}'"


def card() -> str:
    """The filter graph of the picture: title, clock, chapter, sweeping dot and progress bar."""
    ends = [start for start, _ in CHAPTERS[1:]] + [SECONDS + 1]
    chapters = [
        text(name, font=SANS, size=22, x="40", y="262", when=f"gte(t,{start})*lt(t,{end})")
        for (start, name), end in zip(CHAPTERS, ends, strict=True)
    ]
    layers = [
        text("●", font=BOLD, size=26, x="40", y="34", colour=SIGNAL, when="lt(mod(t,2),1.4)"),
        text("Efir · sample, synthetic", font=BOLD, size=20, x="70", y="38"),
        text("Эфир · учебная запись, не настоящая", font=SANS, size=14, x="70", y="66", colour=MUTED),
        text(r"%{pts\:gmtime\:0\:%M\\\:%S}", font=MONO, size=108, x="36", y="122"),
        text("●", font=SANS, size=30, x="'455+120*cos(2*PI*t/10)'", y="'160+42*sin(2*PI*t/10)'", colour=SIGNAL),
        *chapters,
        text("640×360 · H.264 / AAC · 02\\:20", font=SANS, size=12, x="40", y="304", colour=MUTED),
    ]
    drawn = ",".join(layers)
    slide = f"overlay=x='-{WIDTH}+{WIDTH}*t/{SECONDS}':y={HEIGHT - 10}:shortest=1"
    return f"[0:v]{drawn}[card];[card][1:v]{slide},format=yuv420p[v]"


def draw_file(target: Path) -> None:
    """Write the H.264/AAC file, its index first so that it plays while it loads."""
    rate = f"r={FRAMES_PER_SECOND}:d={SECONDS}"
    keyframe = str(FRAMES_PER_SECOND * KEYFRAME_SECONDS)
    run(
        "-f", "lavfi", "-i", f"color=c={NIGHT}:s={WIDTH}x{HEIGHT}:{rate}",
        "-f", "lavfi", "-i", f"color=c={SIGNAL}:s={WIDTH}x10:{rate}",
        "-f", "lavfi", "-i", f"aevalsrc='{TONE}':s=44100:d={SECONDS}",
        "-filter_complex", card(), "-map", "[v]", "-map", "2:a",
        "-c:v", "libx264", "-preset", "veryslow", "-tune", "animation", "-profile:v", "main", "-crf", "27",
        "-g", keyframe, "-keyint_min", keyframe, "-sc_threshold", "0", "-threads", "1",
        "-c:a", "aac", "-b:a", "24k", "-ac", "1", "-movflags", "+faststart",
        "-metadata", "title=Efir sample, synthetic", "-fflags", "+bitexact", "-t", str(SECONDS), str(target),
    )  # fmt: skip


def cut_segments(source: Path, folder: Path) -> None:
    """Write the HLS variant of the same recording: a playlist and a few segments."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run(
        "-i", str(source), "-c", "copy", "-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod",
        "-hls_segment_type", "mpegts", "-hls_segment_filename", str(folder / "part%d.ts"), str(folder / "index.m3u8"),
    )  # fmt: skip


def run(*arguments: str) -> None:
    """Run ffmpeg, silent unless it fails."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        sys.exit("ffmpeg is not installed: apt-get install ffmpeg fonts-dejavu-core")
    subprocess.run([ffmpeg, "-hide_banner", "-loglevel", "error", "-y", *arguments], check=True)  # noqa: S603 - our own arguments


def main() -> None:
    """Draw both variants into `app/sample/`."""
    folder = Path(__file__).parent.parent / "app" / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    draw_file(folder / "sample.mp4")
    cut_segments(folder / "sample.mp4", folder / "hls")
    for path in sorted(folder.rglob("*.*")):
        print(f"{path.stat().st_size:>9,} {path.relative_to(folder)}")


if __name__ == "__main__":
    main()
