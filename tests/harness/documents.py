"""Small valid files of every kind that is read apart: what tests read, and fuzzing alters."""

import gzip
import io
import zipfile
from email.message import EmailMessage

FIRST = "The council of Harwick closed the harbour on Monday, after a storm that took the roof of its market hall."
SECOND = "“It opens again in May,” said Ida Brandt, the mayor – ferries go from Lenn & Ostrel instead until then."
BODY = f"{FIRST}\n{SECOND}"
_PAGE = f"""<html><head><title>Harbour closed</title><meta property="og:site_name" content="Lenn Gazette">
<meta property="article:published_time" content="2024-03-04T10:00:00Z"></head><body><article><h1>Harbour closed</h1>
<p>{FIRST}</p><p>{SECOND.replace("&", "&amp;")}</p></article></body></html>"""
_XHTML = f'<?xml version="1.0"?>{_PAGE}'.replace('Gazette">', 'Gazette"/>').replace('00Z">', '00Z"/>')
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Harbour closed</dc:title><dc:creator>desk 4</dc:creator>'
    "</cp:coreProperties>"
)


def zipped(**members: str | bytes) -> bytes:
    """A zip file of these members; ``__`` in a name is a slash, ``_xml`` its kind."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def docx(body: str) -> bytes:
    """A DOCX whose body is this markup."""
    return zipped(word__document_xml=f"<w:document {W}><w:body>{body}</w:body></w:document>", docProps__core_xml=_CORE)


def runs(text: str, style: str = "") -> str:
    """A paragraph of a DOCX, in two runs."""
    half = len(text) // 2
    runs = "".join(f'<w:r><w:t xml:space="preserve">{escaped(one)}</w:t></w:r>' for one in (text[:half], text[half:]))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


DOCX = docx(runs("Harbour closed", "Title") + runs(FIRST) + runs(SECOND))
ODT = zipped(
    content_xml=f"""<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
    <office:body><office:text><text:tracked-changes><text:p>The minister was arrested.</text:p></text:tracked-changes>
    <text:h text:style-name="Title">Harbour closed</text:h>
    <text:p>{FIRST.replace("on Monday", "on<text:s/><text:span>Monday</text:span>")}</text:p>
    <text:p>{escaped(SECOND)}<text:note><text:p>1 A note.</text:p></text:note></text:p>
    </office:text></office:body></office:document-content>"""
)
RTF = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fnil\fcharset0 Arial;}}{\info{\title Harbour closed}{\author desk 4}}\pard "
    rf"{FIRST}\par {SECOND}\par}}".replace("“", r"\ldblquote ")
    .replace("”", r"\u8221?")
    .replace("–", r"\'96")
)
EPUB = zipped(
    **{
        "o/book.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Lenn Gazette</dc:title>'
        "<dc:creator>Ida Reed</dc:creator><dc:date>2024-03-04</dc:date></metadata><manifest>"
        '<item id="a" href="a.xhtml"/><item id="b" href="b.xhtml"/></manifest><spine><itemref idref="b"/>'
        '<itemref idref="a"/></spine></package>',
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="o/book.opf"/></rootfiles></container>',
        "o/a.xhtml": f"<html><body><h1>Harbour closed</h1><p>{FIRST}</p><p>{escaped(SECOND)}</p></body></html>",
        "o/b.xhtml": "<html><body><h1>Cover</h1></body></html>",
    },
)
SRT = (
    f"1\n00:00:01,000 --> 00:00:05,000\n{FIRST[:53]}\n\n2\n00:00:05,000 --> 00:01:09,000\n<i>{FIRST[53:].strip()}</i>\n"
)
VTT = "WEBVTT\n\nNOTE made by hand\n\n01:05.000 --> 01:09.000 align:start\n<v Ida Brandt>We open in May.\n"
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Lenn Gazette</title><item><title>Harbour closed</title>
<link>https://lenn.example/a</link><pubDate>Mon, 04 Mar 2024 10:00:00 GMT</pubDate><dc:creator>Ida Reed</dc:creator>
<description>Short.</description><category>sea</category><content:encoded><![CDATA[<p>{FIRST}</p><p>{escaped(SECOND)}</p>
<script>x()</script>]]></content:encoded></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Lenn Gazette</title><entry><title>Harbour closed</title>
<link rel="self" href="https://lenn.example/f"/><link href="https://lenn.example/a"/>
<published>2024-03-04T10:00:00Z</published>
<author><name>Ida Reed</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{FIRST}</p>
<p>{escaped(SECOND)}</p></div></content></entry></feed>"""
NITF = f"""<nitf><head><title>x</title><docdata><date.issue norm="20240304T100000Z"/></docdata></head><body><body.head>
<hedline><hl1>Harbour closed</hl1></hedline><byline>By Ida Reed</byline>
<distributor>Lenn Gazette</distributor></body.head>
<body.content><media><media-caption>The hall.</media-caption></media>
<p>{FIRST}</p><p>{escaped(SECOND)}</p></body.content>
</body></nitf>"""
NEWSML = f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:a"><itemMeta>
<versionCreated>2024-03-05</versionCreated>
<firstCreated>2024-03-04T10:00:00Z</firstCreated></itemMeta><contentMeta>
<headline>Harbour closed</headline><by>Ida Reed</by>
<creditline>Lenn Gazette</creditline></contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head>
<title>x</title></head><body><p>{FIRST}</p><p>{escaped(SECOND)}</p></body></html></inlineXML></contentSet></newsItem>"""
CSV = f'Title;Body;Pub Date;Source\nHarbour closed;"{BODY.replace(chr(34), chr(34) * 2)}";2024-03-04;Lenn Gazette\n'
_HEAD = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("title", "text", "date", "source"))
_ROW = '<c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2"><v>45355</v></c><c r="D2" t="s"><v>2</v></c>'
XLSX = zipped(
    xl__sharedStrings_xml=f"<sst><si><t>Harbour closed</t></si><si><r><t>{FIRST}\n</t></r>"
    f"<r><t>{escaped(SECOND)}</t></r></si><si><t>Lenn Gazette</t></si></sst>",
    xl__worksheets__sheet1_xml=f"<worksheet><sheetData><row>{_HEAD}</row><row>{_ROW}</row></sheetData></worksheet>",
)
_HTTP = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{_PAGE}".encode()
WARC = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 3\r\n\r\nabc\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\n"
    b"WARC-Target-URI: https://lenn.example/a\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
    % (len(_HTTP), _HTTP)
)


def _eml() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Date"] = "Lenn Gazette <news@lenn.example>", "Mon, 04 Mar 2024 10:00:00 +0000"
    message["Subject"], message["Message-ID"] = "Fwd: Harbour closed", "<a@lenn.example>"
    message.set_content(BODY)
    message.add_alternative(f"<p>{FIRST}</p><p>{SECOND}</p>", subtype="html")
    return message


def _mhtml() -> str:
    part = (
        f"Content-Type: text/html\nContent-Transfer-Encoding: 8bit\nContent-Location: https://lenn.example/a\n\n{_PAGE}"
    )
    head = "From: <Saved by Blink>\nSubject: Harbour closed\nMIME-Version: 1.0\n"
    head += 'Content-Type: multipart/related; boundary="b"\n\n--b\n'
    return f"{head}{part}\n--b\nContent-Type: text/css\n\nx{{}}\n--b--\n"


EML = bytes(_eml())
MBOX = b"".join(b"From news@lenn.example Mon Mar  4 10:00:00 2024\n" + EML + b"\n" for _ in range(2))
INPUTS: dict[str, bytes | str] = {
    "a.docx": DOCX, "a.odt": ODT, "a.rtf": RTF, "a.epub": EPUB, "a.eml": EML, "a.mbox": MBOX, "a.mhtml": _mhtml(),
    "a.rss": RSS, "a.xml": ATOM, "b.xml": NITF, "c.xml": NEWSML, "d.xml": _XHTML, "a.csv": CSV,
    "a.tsv": CSV.replace(";", "\t"), "a.xlsx": XLSX, "a.warc": WARC, "a.warc.gz": gzip.compress(WARC), "a.php": _PAGE,
    "index.html?id=5": _PAGE, "a.xhtml": _PAGE,
}  # fmt: skip
