"""Ways of hiding text in pages and PDF files, and ordinary ways of showing it: what of each becomes article text.

    python -m tests.harness.hidden_text

Nothing that is hidden may be read unless ``add`` tells it, and no paragraph that is shown may be lost.
"""

# ruff: noqa: E501 - each way of hiding is a line

from collections.abc import Iterator

from dateline.index.reading.formats import Source, read_html, read_pdf
from dateline.index.types import Article

LIE = "The treasurer of Harwick fled to Lenn with nine million crowns on Sunday night."
SHOWN = [
    f"The council of Harwick heard on day {day} that the new bridge will cost {day}00 million crowns and take {day} years."
    for day in range(2, 10)
]
_BOX = "<style>{}</style><p class='x'>{}</p>"
_PARAGRAPHS = [f"<p>{text}</p>" for text in SHOWN]


def _style(style: str) -> str:
    return f'<p style="{style}">{LIE}</p>'


def _sheet(sheet: str) -> str:
    return _BOX.format(sheet, LIE)


HIDDEN_IN_PAGES = {
    "the attribute": f"<p hidden>{LIE}</p>",
    "until found": f'<p hidden="until-found">{LIE}</p>',
    "display": _style("display:none"),
    "display, a comment in it": _style("display:/* x */none"),
    "display, escaped": _style("d\\69splay:n\\6fne"),
    "display, important against a later rule": _sheet(".x{display:none!important} p.x{display:block}"),
    "display, by a variable": _sheet(":root{--d:none}.x{display:var(--d)}"),
    "display, by the fallback of a variable": _sheet(".x{display:var(--missing, none)}"),
    "display, by nesting": _sheet("article{.x{display:none}}"),
    "display, by nesting with &": _sheet("article{& > .x{display:none}}"),
    "display, in a layer": _sheet("@layer a{.x{display:none}}"),
    "display, where supported": _sheet("@supports (display:grid){.x{display:none}}"),
    "display, on wide screens": _sheet("@media screen and (min-width:600px){.x{display:none}}"),
    "display, by an attribute": _sheet("p[class^=x]{display:none}"),
    "display, by what is in it": f"<style>div:has(> b){{display:none}}</style><div><b>{LIE}</b></div>",
    "display, beside a selector that isn't known": _sheet(".x, p:unknown-thing{display:none}"),
    "display, at the end of an animation": _sheet("@keyframes k{to{display:none}} .x{animation:k 1ms forwards}"),
    "a sheet in an address": f'<link rel="stylesheet" href="data:text/css,.x%7Bdisplay:none%7D"><p class="x">{LIE}</p>',
    "a sheet in base64": f'<link rel=stylesheet href="data:text/css;base64,Lnh7ZGlzcGxheTpub25lfQ=="><p class=x>{LIE}</p>',
    "visibility": _sheet(".x{visibility:hidden}"),
    "visibility, collapsed": _style("visibility:collapse"),
    "visibility, inherited": f'<div style="visibility:hidden"><div><p>{LIE}</p></div></div>',
    "opacity": _style("opacity:.02"),
    "opacity, of two together": f'<div style="opacity:.2"><p style="opacity:20%">{LIE}</p></div>',
    "a filter": _style("filter:opacity(0)"),
    "blurred": _style("filter:blur(12px)"),
    "content": _style("content-visibility:hidden"),
    "transparent": _style("color:rgb(0 0 0 / 1%)"),
    "letters filled with nothing": _style("-webkit-text-fill-color:transparent"),
    "white on white": _style("color:#fefefe"),
    "white on white, by another space": _style("color:oklch(1 0 0)"),
    "the ground's colour": '<div style="background:navy"><p style="color:hsl(240 100% 25%)">' + LIE + "</p></div>",
    "the ground's colour, by attributes": f'<table bgcolor="#000080"><tr><td><font color="navy">{LIE}</font></td></tr></table>',
    "the colour of a gradient": f'<div style="background:linear-gradient(#fff,#fefefe)"><p style="color:white">{LIE}</p></div>',
    "tiny": _style("font-size:1px"),
    "tiny, inherited": f'<div style="font-size:10%"><p style="font-size:1em">{LIE}</p></div>',
    "tiny, in short": _style("font:0/0 serif"),
    "tiny, computed": _style("font-size:calc(2px - 1px)"),
    "zoomed away": _style("zoom:.05"),
    "scaled to nothing": _style("transform:scale(0)"),
    "scaled, by itself": _style("scale:0"),
    "turned to its edge": _style("transform:rotateY(90deg)"),
    "left of the page": _style("position:absolute;left:-999px"),
    "left of the page, in widths": _style("position:fixed;left:-150vw"),
    "right of the page": _style("position:absolute;right:-9999px"),
    "above the page": _style("position:absolute;top:-3000px"),
    "by inset": _style("position:absolute;inset:auto auto auto -4000px"),
    "moved by a transformation": _style("transform:translateX(-5000px)"),
    "moved by its margin": _style("margin-left:-9999px"),
    "indented": _style("text-indent:-9999px"),
    "letters on each other": _style("letter-spacing:-1em"),
    "no height": f'<div style="height:0;overflow:hidden"><p>{LIE}</p></div>',
    "no height at most": _sheet(".x{max-height:1px;overflow:hidden}"),
    "no width": _style("width:0;overflow:hidden;white-space:nowrap"),
    "clipped": _sheet(".x{position:absolute;clip:rect(1px,1px,1px,1px)}"),
    "clipped by a path": _style("clip-path:inset(50%)"),
    "clipped to a circle": _style("clip-path:circle(0)"),
    "clipped to a polygon": _style("clip-path:polygon(0 0, 0 0, 0 0)"),
    "behind the page": _style("position:absolute;z-index:-1;top:0"),
    "a class that frameworks have": f'<link rel=stylesheet href="/all.css"><p class="visually-hidden">{LIE}</p>',
    "a dialog that is closed": f"<dialog><p>{LIE}</p></dialog>",
    "a popover": f"<div popover><p>{LIE}</p></div>",
    "a template": f"<template><p>{LIE}</p></template>",
    "for browsers without scripts": f"<noscript><p>{LIE}</p></noscript>",
    "in place of a film": f'<video src="x.mp4"><p>{LIE}</p></video>',
    "a comment": f"<!-- <p>{LIE}</p> -->",
    "a drawing without size": f'<svg width="0" height="0"><text>{LIE}</text></svg>',
    "most of the page": f'<div style="display:none"><p>{LIE}</p>{"".join(_PARAGRAPHS)}{"".join(_PARAGRAPHS)}</div>',
    "on a ground stated elsewhere": f'<link rel="stylesheet" href="/a.css"><p style="color:white">{LIE}</p>',
}
"""Elements of pages that hide the lie, by how."""

SHOWN_IN_PAGES = {
    "plain": "",
    "a style elsewhere": '<link rel="stylesheet" href="/all.css">',
    "dark": "<style>body{background:#111;color:#eee}</style>",
    "dark, by variables": "<style>:root{--b:#101014;--c:#f4f4f4}body{background:var(--b);color:var(--c)}</style>",
    "dark, elsewhere": '<link rel="stylesheet" href="/dark.css"><style>article p{color:#fff}</style>',
    "dark for those who like it": "<style>@media (prefers-color-scheme:dark){body{background:#000}p{color:#000}}</style>",
    "white over a picture": "<style>article{background:url(/night.jpg)}p{color:#fff}</style>",
    "white over a gradient": "<style>article{background:linear-gradient(#003,#300)}p{color:#fff}</style>",
    "a gradient in the letters": "<style>p{background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent}</style>",
    "white with a shadow": "<style>p{color:#fff;text-shadow:0 0 2px #000}</style>",
    "white on stated blue": "<style>p{color:#fff;background-color:rgb(0 40 120)}</style>",
    "white in a placed box": "<style>article{position:absolute;top:400px}p{color:#fff}</style>",
    "pale grey": "<style>p{color:#999}</style>",
    "red on green": "<style>body{background:#0a0}p{color:#e00}</style>",
    "small print": "<style>p{font-size:9px}</style>",
    "print only": "<style>@media print{p{display:none}}</style><style media=print>p{display:none}</style>",
    "phones only": "<style>@media (max-width:600px){p{display:none}}</style>",
    "phones only, as a range": "<style>@media (width < 600px){p{display:none}}</style>",
    "where it isn't supported": "<style>@supports not (display:grid){p{display:none}}</style>",
    "hovering": "<style>p:hover{display:none}</style>",
    "before and after": "<style>p::before{display:none;content:'x'}p:after{visibility:hidden}</style>",
    "a first letter": "<style>p::first-letter{font-size:0}</style>",
    "hidden, then shown": "<style>p{display:none}article p{display:block}</style>",
    "hidden in a layer, then shown": "<style>@layer base{article p{display:none}}p{display:block}</style>",
    "shown against the attribute": "<style>[hidden]{display:block}</style>",
    "faded in": "<style>@keyframes in{from{opacity:0}to{opacity:1}}p{opacity:0;animation:in 1s forwards}</style>",
    "moved in": "<style>@keyframes in{100%{transform:none}}p{transform:translateX(-3000px);animation:in 1s both}</style>",
    "shown whole by a script": "<style>body{opacity:0}</style>",
    "shown by a script, the article": "<style>article{visibility:hidden}</style>",
    "shown by a script, in no layout": "<style>html{display:none}</style>",
    "a flicker avoided": "<style>.async-hide{opacity:0!important}</style>",
    "for accelerated pages": "<style>body{animation:-amp-start 8s steps(1,end) 0s 1 normal both}@keyframes -amp-start{from{visibility:hidden}to{visibility:visible}}</style>",
    "half faint": "<style>p{opacity:.6}</style>",
    "greyed": "<style>p{filter:grayscale(1) brightness(.9)}</style>",
    "tall lines": "<style>p{font:400 18px/1.6 Georgia,serif}</style>",
    "relative sizes": "<style>html{font-size:62.5%}body{font-size:1.6rem}p{font-size:1.1em}</style>",
    "fluid sizes": "<style>p{font-size:clamp(1rem, .5rem + 1vw, 1.4rem)}</style>",
    "no space between blocks": "<style>article{font-size:0}article p{font-size:17px}</style>",
    "outdented": "<style>p{text-indent:-2em;padding-left:2em}</style>",
    "tight letters": "<style>p{letter-spacing:-.02em}</style>",
    "overlapping a little": "<style>p{margin-left:-20px;margin-top:-8px}</style>",
    "over the whole width": "<style>article{margin-left:calc(50% - 50vw);width:100vw}</style>",
    "in columns": "<style>article{column-count:2;height:600px;overflow:hidden}</style>",
    "cut at some height": "<style>article{max-height:400px;overflow:hidden}</style>",
    "no height, and not cut": "<style>article{height:0;overflow:visible}</style>",
    "scrolled": "<style>article{height:80vh;overflow:auto}</style>",
    "floating": "<style>article{float:left;width:640px;overflow:hidden}</style>",
    "centred by moving": "<style>article{position:absolute;left:50%;transform:translate(-50%,0)}</style>",
    "a grid": "<style>article{display:grid;grid-template-columns:1fr}p{min-height:0;min-width:0}</style>",
    "rounded": "<style>p{clip-path:inset(2px round 8px)}</style>",
    "turned a little": "<style>p{transform:rotate(.3deg) scale(.98)}</style>",
    "before others": "<style>article{position:relative;z-index:2}</style>",
    "backgrounds of its parts": "<style>p{background:#fff;color:#222}article{background:#222;color:#fff}</style>",
    "a broken sheet": "<style>p{color:red;;}}} .a{ @@ } <!-- p { x --></style>",
    "an old comment around": "<style><!-- p{color:#222} --></style>",
    "odd numbers": "<style>p{font-size:1e1px;opacity:1e0;margin:+0 -0}</style>",
    "what isn't CSS": '<style type="text/less">p{display:none}</style><style type=text/template>p{display:none}</style>',
    "colours that aren't known": "<style>p{color:color-mix(in srgb,red,blue);background:paint(x)}</style>",
    "a system's colours": "<style>p{color:CanvasText;background:Canvas}</style>",
    "hidden menus about it": '<nav hidden><p>Menu of all our pages</p></nav><div style="display:none">Please log in</div>',
}
"""Heads of pages whose paragraphs are all shown, by how."""


def page(element: str = "", head: str = "") -> bytes:
    """A page with the paragraphs that are shown, an element among them, and a head."""
    half = len(_PARAGRAPHS) // 2
    article = f"{''.join(_PARAGRAPHS[:half])}{element}{''.join(_PARAGRAPHS[half:])}"
    return (
        f"<!doctype html><html><head><title>Bridge</title>{head}</head><body>"
        f"<article><h1>Bridge</h1>{article}</article></body></html>"
    ).encode()


_AT = "1 0 0 1 50 300 Tm"
_LIE = f"({LIE}) Tj"
HIDDEN_IN_PDF = {
    "an invisible mode": f"BT 3 Tr /F1 12 Tf {_AT} {_LIE} ET",
    "a mode that clips": f"q BT 7 Tr /F1 12 Tf {_AT} {_LIE} ET Q",
    "white": f"BT 1 g /F1 12 Tf {_AT} {_LIE} ET",
    "white, in four colours": f"BT 0 0 0 0 k /F1 12 Tf {_AT} {_LIE} ET",
    "white, in a space": f"BT /DeviceRGB cs 1 1 1 sc /F1 12 Tf {_AT} {_LIE} ET",
    "white in outline": f"BT 1 Tr 1 G /F1 12 Tf {_AT} {_LIE} ET",
    "the colour of its box": f"0 0 1 rg 40 290 500 30 re f BT /F1 12 Tf {_AT} {_LIE} ET",
    "tiny": f"BT /F1 0.1 Tf {_AT} {_LIE} ET",
    "tiny, by its matrix": f"BT /F1 12 Tf .01 0 0 .01 50 300 Tm {_LIE} ET",
    "tiny, by the page's matrix": f"q .01 0 0 .01 0 0 cm BT /F1 12 Tf {_AT} {_LIE} ET Q",
    "narrow": f"BT 1 Tz /F1 12 Tf {_AT} {_LIE} ET",
    "left of the page": f"BT /F1 12 Tf -5000 300 Td {_LIE} ET",
    "above the page": f"BT /F1 12 Tf 50 5000 Td {_LIE} ET",
    "moved within its line": f"BT /F1 12 Tf {_AT} [-90000 ({LIE})] TJ ET",
    "clipped away": f"q 0 0 10 10 re W n BT /F1 12 Tf {_AT} {_LIE} ET Q",
    "under a box": f"BT /F1 12 Tf {_AT} {_LIE} ET 1 g 40 280 520 40 re f",
    "transparent": f"q /G0 gs BT /F1 12 Tf {_AT} {_LIE} ET Q",
    "of a layer that is off": f"/OC /L0 BDC BT /F1 12 Tf {_AT} {_LIE} ET EMC",
}
"""Content streams that hide the lie, by how."""

SHOWN_IN_PDF = {
    "plain": "0 g BT /F1 12 Tf {}",
    "in outline and filled with white": "1 g 0 G BT 2 Tr /F1 12 Tf {}",
    "white in a dark box": "0 0 0.3 rg 0 0 612 792 re f 1 g BT /F1 12 Tf {}",
    "white on a shape": "0 g 0 0 m 612 0 l 612 792 l 0 800 l f 1 g BT /F1 12 Tf {}",
    "black in a frame": "0 g 0 0 612 792 re 2 2 608 788 re f* BT /F1 12 Tf {}",
    "black under a marker": "BT /F1 12 Tf {} /G1 gs 1 1 0 rg 0 0 612 792 re f",
    "of a scale": "q .5 0 0 .5 0 0 cm BT /F1 24 Tf {}",
    "a size of one": "BT /F1 1 Tf 12 0 0 12 0 0 Tm {}",
    "in a spot colour": "/Spot cs 1 scn BT /F1 12 Tf {}",
    "of a layer that is on": "/OC /L1 BDC BT /F1 12 Tf {} EMC",
    "clipped to the page": "0 0 612 792 re W n BT /F1 12 Tf {}",
}
"""Content streams that show lines, put in the place of the braces, by how."""


def pdf(stream: str, size: int = 12) -> bytes:
    """A PDF of one page, with two layers, a transparent state, one that multiplies, and a spot colour."""
    resources = (
        "<</Font<</F1 5 0 R>>/ExtGState<</G0<</ca 0/CA 0>>/G1<</ca 1/BM/Multiply>>>>/Properties<</L0 6 0 R/L1 7 0 R>>"
        "/ColorSpace<</Spot[/Separation/Ink/DeviceGray<</FunctionType 2/Domain[0 1]/C0[1]/C1[0]/N 1>>]>>>>"
    )
    objects = [
        "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R 7 0 R]/D<</OFF[6 0 R]>>>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources{resources}>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/OCG/Name(off)>>",
        "<</Type/OCG/Name(on)>>",
    ]
    out, offsets = "%PDF-1.6\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return f"{out}{head}trailer<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(out)}\n%%EOF".encode()


def lines(scale: float = 1.0) -> str:
    """What shows the paragraphs, a line each, and ends the text."""
    return f"{50 * scale} {700 * scale} Td " + " ".join(f"({one}) Tj 0 {-20 * scale} Td" for one in SHOWN) + " ET"


def read(raw: bytes, kind: str) -> Article:
    """The article of a page or a PDF."""
    (item,) = (read_pdf if kind == "pdf" else read_html)(Source(raw, f"a.{kind}"))
    assert isinstance(item, Article), item
    return item


def hidden() -> Iterator[tuple[str, Article]]:
    """What is read of each way of hiding."""
    for name, element in HIDDEN_IN_PAGES.items():
        yield f"page, {name}", read(page(element), "html")
    for name, stream in HIDDEN_IN_PDF.items():
        yield f"pdf, {name}", read(pdf(f"BT /F1 12 Tf {lines()} {stream}"), "pdf")


def shown() -> Iterator[tuple[str, Article]]:
    """What is read of each way of showing."""
    for name, head in SHOWN_IN_PAGES.items():
        yield f"page, {name}", read(page(head=head), "html")
    scales = {"of a scale": 2.0, "a size of one": 1 / 12}
    for name, stream in SHOWN_IN_PDF.items():
        yield f"pdf, {name}", read(pdf(stream.replace("{}", lines(scales.get(name, 1.0)))), "pdf")


def is_told(article: Article) -> bool:
    """Whether ``add`` names the lie by its first words."""
    return any(" ".join(LIE.split()[:5]) in repair for repair in article.origins[0].repairs)


def lost(article: Article) -> list[str]:
    """The paragraphs that aren't read."""
    text = " ".join(article.text.split())
    return [one for one in SHOWN if one not in text]


def main() -> None:
    """Print what was read of each, and sums."""
    tried = list(hidden())
    read_too = [(name, is_told(article)) for name, article in tried if LIE in " ".join(article.text.split())]
    for name, told in read_too:
        print(f"read{', and told' if told else ''}: {name}")
    cost = [(name, len(lost(article))) for name, article in [*tried, *shown()]]
    for name, count in cost:
        if count:
            print(f"{count} paragraphs lost: {name}")
    untold = sum(not told for _, told in read_too)
    print(
        f"{len(tried)} ways of hiding: {len(tried) - len(read_too)} kept out, {len(read_too) - untold} told, {untold} read"
    )
    print(f"{len(cost) - len(tried)} ways of showing: {sum(count for _, count in cost)} paragraphs lost")


if __name__ == "__main__":
    main()
