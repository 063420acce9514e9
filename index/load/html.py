"""Web pages: the article's words without navigation, advertisements and scripts, paragraphs as lines.

The only module that knows lxml and trafilatura. E-mails and books use `body_text`, which keeps every word shown.
"""

from __future__ import annotations

import datetime
import itertools
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.dates import find_dates
from index.errors import LoadError
from index.load.decode import decode, require_text
from index.load.pieces import clean, join_pieces, one_line
from index.load.records import Block, cuts, is_documentation, repeated
from index.types import Dated, Document

# An lxml element; the library has no types of its own.
_Element = Any

_SCRIPTS = "script|style|noscript|template|svg|iframe|object|select|button|textarea|input|canvas|audio|video|math"
_FURNITURE = "nav|aside|form|footer|menu|dialog"
_BLOCK_NAMES = (
    "p|div|section|article|main|header|footer|aside|h1|h2|h3|h4|h5|h6|li|item|tr|row|blockquote|quote|pre|code|table|"
    "ul|ol|list|head|figure|figcaption|dt|dd|dl|br|lb|hr|address|details|summary|center|body|form|fieldset"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split("|"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "head"))
_CELLS = frozenset(("td", "th", "cell"))
_BOLD = frozenset(("b", "strong"))
_LINE_BREAKS = frozenset(("br", "lb"))
_SIDE_CLASS = re.compile(
    r"\b(?:related|recommend\w*|teaser|promo\w*|sidebar|popular|trending|comments?|comment-body|share|social|"
    r"newsletter|cookie\w*|ads?(?:vert\w*|[-_]?(?:slot|box|unit|top|banner))?|breadcrumbs?|also-read|read-more)\b",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""")
# Control characters, as they are or as references: the library reads them and then refuses to move them.
_NOT_IN_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    "|&#(?:[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[efEF])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45]))(?![0-9a-fA-F]);?"
)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_PUBLISHED_NAMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "publication_date",
    "publishdate",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
)
_BYLINE = re.compile(r"(?:By|BY|Written by|Published|Updated)\b")
_BYLINE_BLOCKS = 6
_BYLINE_CHARACTERS = 120
_PARAGRAPH_CHARACTERS = 60
_LOSS_ALLOWED = 0.3  # of the page's paragraphs, before the extractor's choice is not trusted


def load(data: bytes, *, source: str) -> Document:
    """Return the main text of a web page.

    A page of several <article> elements, or of several first-level headings with paragraphs, keeps them all.

    Raises:
        LoadError: the page shows no text without running its scripts.
    """
    root = parse(decode_markup(data))
    title, date, marked = _title(root), _published(root), dict(_linked_data_items(root))
    _drop_scripts(root)
    headline = _headline(root)
    pieces = _several(root, headline)
    if not pieces:
        pieces = [_single(root, headline)]
    try:
        text, starts = join_pieces(pieces)
    except LoadError as error:
        raise LoadError(
            "the page shows no text unless its scripts run; save it from a browser as displayed, or as PDF"
        ) from error
    is_several = len(starts) > 1
    return Document(
        source=source,
        text=require_text(text),
        media_type="text/html",
        title=_shorter_title(title, headline),
        date=Dated(value=date, basis="metadata") if date else None,
        article_starts=starts if is_several else (),
        article_dates=tuple(_marked_date(piece, marked) for piece in pieces) if is_several and len(marked) > 1 else (),
    )


def _marked_date(piece: str, marked: Mapping[str, datetime.date]) -> Dated | None:
    """Return the day that linked data give for the headline among a piece's first lines."""
    lines = [line.strip().lower() for line in piece.split("\n") if line.strip()][:_BYLINE_BLOCKS]
    day = next((marked[line] for line in lines if line in marked), None)
    return Dated(value=day, basis="metadata") if day else None


def body_text(markup: str) -> tuple[str, str | None]:
    """Return every word that a page's body shows, a paragraph a block, and its first heading."""
    root = parse(markup)
    _drop_scripts(root)
    return _render(_blocks(_body(root))), _headline(root)


def decode_markup(data: bytes) -> str:
    """Return a page as text: by its byte-order mark, the encoding that it names, or what its bytes look like."""
    named = _XML_ENCODING.search(data[:256]) or _CHARSET.search(data[:4096])
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            name = named[1].decode("ascii").lower()
            return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "latin-1") else name)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data)


def parse(markup: str) -> _Element:
    """Return the root element of a page.

    Raises:
        LoadError: there is no element in it.
    """
    import lxml.html
    from lxml import etree

    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    markup = _NOT_IN_XML.sub("", _XML_DECLARATION.sub("", markup))
    try:
        return lxml.html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise LoadError("the page holds no HTML element; there is nothing to index") from error


def _several(root: _Element, headline: str | None) -> list[str]:
    """Return the texts of the pieces when the page holds more than one, else nothing."""
    body = _body(root)
    _drop_furniture(body)
    blocks = list(_blocks(body))
    if len({block.piece for block in blocks if block.piece and block.is_paragraph}) >= 2:
        runs = _runs_of_pieces(blocks)
    elif pieces := repeated(body, lambda element: list(_blocks(element)), headline):
        runs = _runs_of_pieces(list(_blocks(body, frozenset(pieces))))
    elif starts := cuts(blocks, headline, is_documentation=is_documentation(body)):
        bounds = [0, *starts, len(blocks)]
        runs = [blocks[start:end] for start, end in itertools.pairwise(bounds) if start < end]
    elif sum(block.level == 1 for block in blocks) >= 2:
        runs = _cut_at_first_level_headings(blocks)
    else:
        return []
    kept = [run for run in runs if (run[0].piece and any(not block.linked for block in run)) or _has_paragraph(run)]
    if runs[0] not in kept and any(block.is_stamp and _first_day(block.text) for block in runs[0]):
        kept.insert(0, runs[0])  # the page's own name and day
    return [_render(run) for run in kept] if len(kept) > 1 else []


def _runs_of_pieces(blocks: Sequence[Block]) -> list[list[Block]]:
    return [list(run) for _, run in itertools.groupby(blocks, key=lambda block: block.piece)]


def _cut_at_first_level_headings(blocks: Sequence[Block]) -> list[list[Block]]:
    runs: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind == "heading" and block.level == 1 and runs[-1]:
            runs.append([])
        runs[-1].append(block)
    return [run for run in runs if run]


def _single(root: _Element, headline: str | None) -> str:
    """Return the text of the page's one article: the extractor's choice unless it lost much of the paragraphs."""
    body = _body(root)
    own = [block for block in _blocks(_main(body)) if not block.linked or block.kind == "heading"]
    chosen = _extracted(root)
    known = " ".join(block.text for block in chosen)
    paragraphs = [block.text for block in own if block.is_paragraph]
    lost = sum(len(text) for text in paragraphs if text[:_PARAGRAPH_CHARACTERS] not in known)
    heads = [block.text for block in own if block.kind == "heading" and not block.linked]
    lost_heads = sum(text not in known for text in heads)
    if not chosen or lost > _LOSS_ALLOWED * sum(len(text) for text in paragraphs) or 2 * lost_heads > len(heads) > 2:
        chosen = own or list(_blocks(body))
    text = _render(chosen)
    above = [headline] if headline and headline not in text else []
    above += [line for line in _bylines(own) if line not in text]
    if headline and above[:1] != [headline] and text.startswith(headline):
        return "\n\n".join([headline, *above, text[len(headline) :].lstrip("\n")])
    return "\n\n".join([*above, text])


def _bylines(blocks: Sequence[Block]) -> list[str]:
    """Return the lines near the top that say who wrote the page and when, which extractors leave out."""
    near = [block.text for block in blocks[:_BYLINE_BLOCKS] if len(block.text) <= _BYLINE_CHARACTERS]
    return [text for text in near if _BYLINE.match(text) or (_first_day(text) and not text.endswith("."))]


def _extracted(root: _Element) -> list[Block]:
    """Return what trafilatura takes for the main text of the page."""
    import trafilatura
    from lxml import etree

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    markup = etree.tostring(root, encoding="unicode", method="html")
    found = trafilatura.extract(
        markup, output_format="xml", include_comments=False, include_tables=True, favor_recall=True
    )
    try:
        return list(_blocks(etree.fromstring(found.encode("utf-8")))) if found else []
    except etree.XMLSyntaxError:  # the page has attributes whose names XML does not allow
        return []


def _body(root: _Element) -> _Element:
    body = root.find("body")
    return root if body is None else body


def _main(body: _Element) -> _Element:
    """Return the element that holds the article: <article>, <main>, or the body."""
    for path in (".//article", ".//main", ".//*[@role='main']"):
        found = body.xpath(path)
        if len(found) == 1 and len(found[0].text_content()) > _PARAGRAPH_CHARACTERS:
            return found[0]
    return body


def _drop_scripts(root: _Element) -> None:
    for element in root.xpath("|".join(f"//{tag}" for tag in _SCRIPTS.split("|")) + "|//*[@hidden]"):
        _drop(element)
    for element in root.xpath("//*[contains(translate(@style,' ',''),'display:none')]"):
        _drop(element)


def _drop_furniture(body: _Element) -> None:
    """Remove navigation, side columns, forms, page headers and blocks that are named as such."""
    for element in body.xpath("|".join(f".//{tag}" for tag in _FURNITURE.split("|"))):
        if element.tag != "form" or not element.xpath(".//p[string-length(.) > 60]"):  # some pages are one form
            _drop(element)
    for element in body.xpath(".//header[not(ancestor::article) and not(ancestor::main)]"):
        if not element.xpath(".//h1"):
            _drop(element)
    for element in body.xpath(".//*[@class or @id]"):
        named = f"{element.get('class', '')} {element.get('id', '')}"
        if _SIDE_CLASS.search(named) and not element.xpath(".//h1|.//article[.//p]"):
            _drop(element)


def _drop(element: _Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _blocks(root: _Element, pieces: frozenset[_Element] | None = None) -> Iterator[Block]:
    """Yield the blocks of an element in reading order; table rows come as "a | b".

    Args:
        pieces: the elements that each hold a piece of writing; None: the top <article> elements.
    """
    return _Walker(pieces).walk(root)


class _Walker:
    """Collects words until a block begins or ends."""

    def __init__(self, pieces: frozenset[_Element] | None) -> None:
        self._elements = pieces
        self._words: list[str] = []
        self._linked = 0
        self._links = 0
        self._bold = self._strong = self._said = 0  # bold characters, bold elements that are open, characters
        self._lead = ""
        self._kind, self._level = "paragraph", 0
        self._row: list[str] | None = None
        self._depth = 0  # of <article> elements
        self._piece = self._pieces = 0

    def walk(self, root: _Element) -> Iterator[Block]:
        from lxml import etree

        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                yield from self._enter(element, tag)
            else:
                yield from self._leave(element, tag, is_root=element is root)
        yield from self._flush()

    def _enter(self, element: _Element, tag: str) -> Iterator[Block]:
        if tag in _BLOCKS and (self._row is None or tag in ("tr", "row")):
            yield from self._flush(broken=tag in _LINE_BREAKS)
        if self._is_piece(element, tag):
            self._depth += 1
            if self._depth == 1:
                self._pieces += 1
                self._piece = self._pieces
        if tag == "hr":
            yield Block(text="* * *", kind="rule", piece=self._piece)
        if tag in ("tr", "row") and not _is_layout(element):
            self._row = []
        elif tag in _HEADINGS:
            rank = element.get("rend", tag) if tag == "head" else tag
            self._kind, self._level = "heading", int(rank[1:]) if rank[1:].isdigit() else 2
        elif tag in ("li", "item", "dt"):
            self._kind = "term" if tag == "dt" else "item"
        self._links += _is_link(element, tag)
        self._strong += tag in _BOLD
        self._say(element.text)

    def _leave(self, element: _Element, tag: str, *, is_root: bool) -> Iterator[Block]:
        self._links -= _is_link(element, tag)
        self._strong -= tag in _BOLD
        if tag == "time":
            self._say(_spelled_time(element))
        if tag in _CELLS and self._row is not None:
            self._row.append(one_line("".join(self._words)))
            self._words = []
        elif tag in ("tr", "row") and self._row is not None:
            cells, self._row = [cell for cell in self._row if cell], None
            yield from self._flush()
            if cells:
                yield Block(text=" | ".join(cells), kind="row", piece=self._piece)
        elif tag in _BLOCKS and tag not in _LINE_BREAKS and self._row is None:
            yield from self._flush()
            self._kind, self._level = "paragraph", 0
        elif tag in _BLOCKS:
            self._words.append(" ")
        if self._is_piece(element, tag):
            self._depth -= 1
            self._piece = self._piece if self._depth else 0
        if not is_root:
            self._say(element.tail)

    def _is_piece(self, element: _Element, tag: str) -> bool:
        return tag == "article" if self._elements is None else element in self._elements

    def _say(self, words: str | None) -> None:
        if words:
            if self._strong > 0 and self._bold == self._said:
                self._lead += words
            self._said += len(words.strip())
            self._words.append(words)
            length = len(words.strip())
            self._linked += length if self._links > 0 else 0
            self._bold += length if self._strong > 0 else 0

    def _flush(self, *, broken: bool = False) -> Iterator[Block]:
        text = one_line("".join(self._words))
        kind = "line" if broken and self._kind == "paragraph" else self._kind
        if text:
            yield Block(
                text=text,
                kind=kind,
                level=self._level,
                piece=self._piece,
                linked=self._linked > 0.6 * len(text),
                strong=self._bold > 0.9 * len(text),
                lead=one_line(self._lead),
            )
        self._words, self._lead = [], ""
        self._linked = self._bold = self._said = 0
        if text:
            self._kind, self._level = "paragraph", 0


def _is_link(element: _Element, tag: str) -> bool:
    """Say whether an element leads to another page, and not only to a place on its own."""
    return tag == "ref" or (tag == "a" and not (element.get("href") or "#").startswith("#"))


def _is_layout(row: _Element) -> bool:
    """Say whether a table row only places text on the page: it holds headings, paragraphs or another table."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    return len(cells) == 1 or any(
        cell.xpath("boolean(.//h1|.//h2|.//h3|.//h4|.//table|.//hr|.//p[2])") for cell in cells
    )


def _spelled_time(element: _Element) -> str | None:
    """Return the day of a <time> element in brackets where its words do not state one ("3 days ago")."""
    moment = element.get("datetime") or ""
    day = _first_day(moment)
    if day is None or _first_day(element.text_content()) is not None:
        return None
    return f" ({day.isoformat()})"


def _has_paragraph(run: Sequence[Block]) -> bool:
    return any(block.is_paragraph for block in run)


def _render(blocks: Sequence[Block] | Iterator[Block]) -> str:
    """Return the blocks as text: paragraphs apart by a blank line, items and rows of one list on following lines."""
    text = ""
    before: Block | None = None
    for block in blocks:
        close = before is not None and (
            before.kind == "line" or (before.kind == block.kind and block.kind in ("item", "row"))
        )
        gap = "" if before is None else "\n" if close else "\n\n"
        text += gap + ("- " if block.kind == "item" else "") + block.text
        before = block
    return text


def _headline(root: _Element) -> str | None:
    found = [one_line(element.text_content()) for element in root.xpath("//h1")]
    return next((text for text in found if text), None) if len(found) == 1 else None


def _title(root: _Element) -> str | None:
    named = root.xpath("//meta[@property='og:title']/@content") + root.xpath("//head/title/text()")
    return next((title for title in (one_line(str(text)) for text in named) if title), None)


def _shorter_title(title: str | None, headline: str | None) -> str | None:
    """Return the headline where the page's title is it with the site's name added."""
    if headline is None:
        return title
    return headline if title is None or clean(headline).lower()[:40] in title.lower() else title


def _published(root: _Element) -> datetime.date | None:
    """Return the day of publication that the page's metadata state."""
    metas = {
        str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): str(meta.get("content"))
        for meta in reversed(root.xpath("//meta[@content]"))
    }
    stated = [metas[name] for name in _PUBLISHED_NAMES if name in metas]
    stated += [str(value) for value in root.xpath("//*[@itemprop='datePublished']/@datetime")]
    stated += list(_linked_data_dates(root))
    times = root.xpath("//time[@pubdate]/@datetime") or root.xpath("//article//header//time/@datetime")
    stated += [str(value) for value in times[:1]]
    return next((day for day in map(_first_day, stated) if day), None)


def _linked_data_dates(root: _Element) -> Iterator[str]:
    for script in root.xpath("//script[@type='application/ld+json']"):
        try:
            yield from _dates_in(json.loads(script.text or ""))
        except (ValueError, RecursionError):  # damaged, a number of thousands of digits, or nested too deeply
            continue


def _linked_data_items(root: _Element) -> Iterator[tuple[str, datetime.date]]:
    """Yield the headline, in lower case, and the day of publication of each piece that linked data describe."""
    for script in root.xpath("//script[@type='application/ld+json']"):
        try:
            items = list(_objects(json.loads(script.text or "")))
        except (ValueError, RecursionError):
            continue
        for item in items:
            day = _first_day(item["datePublished"]) if isinstance(item.get("datePublished"), str) else None
            if day and isinstance(item.get("headline"), str):
                yield one_line(item["headline"]).lower(), day


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def _dates_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("datePublished"), str):
            yield value["datePublished"]
        for inner in value.values():
            yield from _dates_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _dates_in(inner)


def _first_day(text: str) -> datetime.date | None:
    return next((mention.full for mention in find_dates(text) if mention.full), None)
