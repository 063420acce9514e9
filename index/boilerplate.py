"""Lines of a page that are not part of what was written: links to other pages, share bars, ads, scripts. Pure.

Every pattern must fill the whole line, so that a sentence that merely mentions such words is never taken for one.
"""

from __future__ import annotations

import re
from typing import Literal

Boilerplate = Literal["list", "tail", "inline"]
"""list: a heading of links ("Related Posts"); tail: what follows an article's end; inline: anywhere."""

_MAX_LINE_CHARACTERS = 220

_SITES = "whatsapp|facebook|twitter|telegram|linkedin|reddit|instagram|pinterest|copy link|x"
_STORIES = r"(?:stor(?:y|ies)|news|articles?|posts?|coverage|reading|topics|content|links|videos?)"
_LIST = (
    rf"(?:related|recommended|similar|popular|recent|latest|trending|more|top|other|featured) {_STORIES}",
    r"(?:also read|read also|read more|read next|see also|must reads?|most (?:read|popular|viewed|shared))",
    r"(?:you (?:may|might) (?:also )?(?:like|be interested in)|recommended for you|more (?:like this|to read)|up next)",
    r"(?:don[’']t miss|in case you missed it|editor[’']?s[’']? (?:picks?|choice)|trending(?: now)?)",
    rf"(?:continue reading|keep reading|more {_STORIES} (?:from|on|about) .{{1,50}}|more from .{{1,40}})",
)
_TAIL = (
    r"(?:leave|post|write|add|submit) (?:a|your) (?:reply|comments?)(?: cancel(?: reply)?| below)?",
    r"(?:\d+ (?:comments?|replies|responses|shares)|comments? ?(?:\(\d+\)|are closed\.?|off)|no comments?(?: yet)?)",
    r"(?:be the first to comment|join the (?:conversation|discussion)|view (?:all )?comments.*|cancel reply)[.!]?",
    r"your email address will not be published\..*|required fields are marked.*|save my name, email.*|post comment",
    r"(?:share|like|follow) (?:this|us|it)(?: (?:story|article|post|page|news))?(?: (?:on|via|with|at)\b.{0,60})?"
    r"[:.!]?",
    rf"(?:share|tweet|pin|email|print|{_SITES})(?:[ ,|/•·]+(?:share|tweet|pin|email|print|on|with|via|\d+|{_SITES}))+",
    rf"(?:share|tweet|click to \w+|pin it)(?: this)? (?:on|to|with) (?:{_SITES}|a friend)\b.*",
    r"like this:|like loading\.*|loading\.{2,}|click to share on .*|\(?opens in (?:a )?new window\)?",
    r"(?:tags?|topics?|filed under|posted in|categor(?:y|ies)|keywords)\s*[:|].{1,160}",
    r"(?:©|\(c\))\s?.{0,30}(?:19|20)\d\d.{0,120}",
    r"copyright (?:©|\(c\)|by)? ?(?:19|20)\d\d.{0,120}|.{0,80}all rights reserved\.?",
    r"disclaimer\s*[:–-].{1,200}|(?:the )?(?:views|opinions) expressed (?:above|here|in this article)\b.{0,120}",
    r"(?:previous|next|newer|older) (?:article|post|story|page)s?(?:\s*[:»«→←›‹].*)?|back to (?:top|home(?:page)?)",
    r"(?:sign up|subscribe|register|join)\b.{0,40}\b(?:newsletters?|mailing list|updates|alerts|channel|whatsapp)\b"
    r".{0,80}",
    r"(?:subscribe|sign up|log in|sign in|register)(?: (?:now|today|here|free|for free))?[.!]?",
    r"follow us\b.{0,50}",
    r"follow .{2,40} on (?:twitter|x|facebook|instagram|telegram|whatsapp|linkedin|google news)\b.{0,60}",
    r"(?:support|donate to) (?:our|independent) journalism.{0,80}|download (?:our|the) .{0,30}app\b.{0,60}",
    r"sent from my (?:iphone|ipad|android|galaxy|mobile|blackberry)\b.{0,60}|get outlook for \w+",
    r"unsubscribe(?: here)?\.?",
)
_INLINE = (
    r"(?:also read|read also|read more|read next|see also|also see|must read|watch (?:also|video|live|now)|related"
    rf"|related {_STORIES}|recommended|don[’']t miss|trending|more (?:on|about) this)\s*[:|»›>–—-]+\s*\S.{{0,180}}",
    r"(?:advertisement|advertorial|sponsored|promoted|paid post)\s?[:|–-]\s?\S.{0,160}",
    r"(?:advertisement|advertisements|advert|ads?|sponsored(?: content| post)?|promoted|paid (?:content|post))[.:]?",
    r"(?:story|article) continues (?:below|after)(?: (?:the )?(?:ad\w*|video))?|scroll (?:down )?to continue.*",
    r"(?:in ?read|ads?) (?:invented )?by \w+|ads by .{2,30}|report this ad|skip (?:ad|to (?:main )?content)\b.*",
    r"(?:this (?:web)?site|we|our (?:web)?site) uses? cookies\b.*|cookie policy",
    r"(?:accept|reject|manage) (?:all )?cookies.*",
    r"by (?:using|continuing to use) (?:this|our) (?:web)?site\b.*|please enable javascript\b.*|javascript is .{0,40}",
    r"(?:\d+|one|two|three|four|five) min(?:ute)?s?(?: to)? read|reading time:? .{1,20}|estimated reading time.{0,20}",
    r"click here(?: (?:to|for) .{1,80})?[.!]?|listen to (?:this )?(?:article|story)\b.{0,40}|play (?:video|audio)",
    r"(?:photo|image|picture|file photo|photograph|video|illustration|graphic)s?"
    r"(?: credits?| by| courtesy(?: of)?| via)?\s*[:/|©]\s*[^.:]{2,70}\.?",
    r"(?:photo|photograph|picture|image)s? (?:by|courtesy(?: of)?|credit) [^.:]{2,50}",
    r"\(?(?:ap|afp|reuters|epa|getty images|getty|xinhua|shutterstock|istock)(?: (?:photo|images?|file|pictures))?"
    r"(?:\s*[/|–-]\s*[\w .’'-]{2,40})?\)?|.{0,40}\bvia (?:getty images|reuters|ap|afp)",
)
_SCRIPT = re.compile(
    r"(?:<?!--|-->|</?(?:script|style|iframe|noscript)\b|\(?function\s*\(|window\.\w|document\.\w+\(|googletag\b|gtag\("
    r"|\(adsbygoogle|var \w+\s*=\s|if \(typeof |//\s?<!\[CDATA|@media\b|\{\"@context)|.*\bgtag\.js\b.*-->$",
)
# A page's source line carries no more than a name: "SOURCE: KREMLIN", never "Source: 2021 census, table 4".
_SECOND_SENTENCE = re.compile(r"[.!?][”\"’']? +[A-Z“].*[a-z][.!?]$")  # a link's words are one sentence
_SOURCE_NAME = re.compile(r"(?:SOURCE|Source|CREDITS?|Credits?)\s*:\s*(?:[A-Z][A-Za-z&.’'/-]*\s?){1,4}")
_TRAILING_CREDIT = re.compile(
    r"(?<=[.!?”\"’)])\s+(?P<credit>(?:PHOTO|Photo|IMAGE|Image|PICTURE|Picture|CREDIT|Credit)S?s?"
    r"(?: (?:CREDIT|credit|by|BY|courtesy))?\s*[:/]\s*[^.\n]{2,60})$"
)


def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_LIST_LINE, _TAIL_LINE, _INLINE_LINE = _whole(_LIST), _whole(_TAIL), _whole(_INLINE)


def boilerplate_kind(line: str) -> Boilerplate | None:
    """Return what kind of boilerplate a line is, or None for content."""
    words = line.strip().strip("*_•·|→»>« ")
    if not words or len(words) > _MAX_LINE_CHARACTERS:
        return "inline" if _SCRIPT.match(line.strip()) else None
    if _LIST_LINE.fullmatch(words.rstrip(":… ")):
        return "list"
    if _TAIL_LINE.fullmatch(words):
        return "tail"
    if _INLINE_LINE.fullmatch(words) and _SECOND_SENTENCE.search(words):
        return None
    if _INLINE_LINE.fullmatch(words) or _SOURCE_NAME.fullmatch(words) or _SCRIPT.match(line.strip()):
        return "inline"
    return None


def trailing_credit(paragraph: str) -> tuple[int, int] | None:
    """Return where a caption's photo credit stands at its end ("... on Friday. PHOTO: AFP"), if it has one."""
    found = _TRAILING_CREDIT.search(paragraph)
    return found.span("credit") if found else None
