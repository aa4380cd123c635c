"""Serves the library that was built, asks the page as a program does, and finds the quotation marked in its source."""

import html
import re
import subprocess
from urllib.request import urlopen

from gradio_client import Client

process = subprocess.Popen(["dateline", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True)
try:
    said = ""
    while "Dateline is at " not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    address = re.search(r"Dateline is at (\S+)", said)[1]
    for name in ("", "page/page.js", "page/page.css", "page/evaluation.css", "page/icon.svg"):
        assert urlopen(address + name).read(), name
    answer = Client(address, download_files=False, verbose=False).predict(
        "when do coalition troops leave Iraq?", api_name="/ask"
    )
    citation = answer["citations"][0]
    place = f"{citation['start']}-{citation['end']}"
    source = urlopen(f"{address}source/{citation['article_id']}?mark=1:{place}&chosen=1").read().decode()
    marked = re.findall(r'<mark class="cited chosen" data-numbers="1">(.*?)</mark>', source, re.DOTALL)
    assert html.unescape("".join(marked)) == citation["quote"], marked
    print(f"the page marks what it quotes: {citation['quote']}")
finally:
    process.terminate()
