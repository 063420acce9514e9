"""Pages as pieces: where articles begin, which lines are boilerplate, and when each was published."""

# ruff: noqa: E501 -- a case is read best on one line

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import caption_prefix_end, split_articles
from index.types import Article, DateBasis, Dated, Document


def document(text: str, source: str = "page.txt", media_type: str = "text/plain", **fields: object) -> Document:
    return Document(source=source, text=text, media_type=media_type, **fields)  # type: ignore[arg-type]


def split(text: str, source: str = "page.txt", media_type: str = "text/plain") -> list[Article]:
    return split_articles(document(text, source, media_type))


def titles(text: str, media_type: str = "text/plain") -> list[str | None]:
    return [article.title for article in split(text, media_type=media_type)]


def boilerplate(text: str) -> list[str]:
    return [span.of(text) for article in split(text) for span in article.boilerplate]


# An invented page in the manner of a news site's topic page: twelve reports one after another, no separators.
TOPIC_PAGE = """\
Norland Condemns Raid On Harbour Of Lissa

In this file picture taken on June 4, 2014, two patrol boats are seen leaving the harbour of Lissa. At least nine \
sailors were hurt in a raid on the harbour overnight, the Coastal Monitor said on March 12, 2021. PHOTO: COASTGUARD / NFP


Norland on Friday condemned a raid on the harbour of Lissa, demanding that its neighbours respect the ceasefire.

“We strongly condemn such actions,” foreign ministry spokeswoman Vera Holm told reporters.

READ ALSO: Head Of Norland Railways Confirms Strike

The raid hurt at least 12 sailors, according to the Coastal Monitor, a watchdog.


Shelling Reported On Lissa Despite Truce

Lissa CeasefireShelling between harbour guards and rebel boats has been reported on Lissa, despite a truce overnight.

Talks are to be held in Varn within a month, if the truce holds.

Ostmark Pounds Rebel Boats Off Lissa

Ostmark and Lissa rebel boatsAt least 40 rockets have pounded a group of rebel boats off the island of Lissa.

Clashes intensified on Friday between two sides, a monitor said.

Calm Returns To Lissa, Fighting On In Varn

LissaRelative calm prevailed on Thursday in Lissa following an agreement to extend a truce that had crumbled.

State media said that the guard would abide by a “regime of calm” from 1 a.m. for 48 hours.

Air raids Hit Lissa’s North, ‘Calm’ In The South

Lissa NorthNearly 30 air raids hit rebel-held parts of the north of Lissa on Saturday, killing nearly 50 people.

At least five people were killed early on Saturday, the Coastal Monitor said.

Norland, Despite Draw Down, Shipping More To Lissa Than Removing

norlandWhen President Olaf Brandt announced the withdrawal of the fleet from Lissa, the tanker Yara was due home.

It is not known what the ships were carrying.

United Isles To Press Norland On Lissa’s Future

united islesU.I. Secretary of State Jon Kerr is expected to press President Olaf Brandt on the future of Lissa.

The United Isles want a vote, a State Department official said.
inRead invented by Teads

Kerr is holding talks with Brandt on Thursday, in a meeting arranged after the announcement on May 14.

Varn Under Pressure Ahead Of Lissa Peace Talks

Lissa peace talkNeighbouring powers have condemned efforts by Varn to set limits to the talks starting on Monday.

But analysts said that expectations for the talks were low.

Lissa Reports Ostmark To Council

LissaLissa has asked the Council of States to take action against Ostmark for a violation of its waters.

On Sunday, Ostmark carried out a second day of shelling.

Lissa Conflict: Rebels Pledge To Keep Fighting

LissaIt seems the powers may find it difficult to put a truce in place, as rebels have vowed to continue fighting.

Some villages had been cut off from aid for more than a year.

Major Powers Agree To ‘Cessation Of Shelling’ On Lissa

Lissa-warMajor powers agreed on Friday to a cessation of shelling on Lissa set to begin in a week.

They, however, failed to secure a complete truce.

Harbour Guard Sees Lissa Encircled Soon, Rebels Hope For More Boats

lissaA harbour guard officer said the island of Lissa would soon be encircled by the fleet, as rebels hoped for boats.

“I think the envoy decided to suspend the talks,” an official told reporters."""

TWELVE = [
    "Norland Condemns Raid On Harbour Of Lissa",
    "Shelling Reported On Lissa Despite Truce",
    "Ostmark Pounds Rebel Boats Off Lissa",
    "Calm Returns To Lissa, Fighting On In Varn",
    "Air raids Hit Lissa’s North, ‘Calm’ In The South",
    "Norland, Despite Draw Down, Shipping More To Lissa Than Removing",
    "United Isles To Press Norland On Lissa’s Future",
    "Varn Under Pressure Ahead Of Lissa Peace Talks",
    "Lissa Reports Ostmark To Council",
    "Lissa Conflict: Rebels Pledge To Keep Fighting",
    "Major Powers Agree To ‘Cessation Of Shelling’ On Lissa",
    "Harbour Guard Sees Lissa Encircled Soon, Rebels Hope For More Boats",
]


def test_a_page_of_twelve_glued_articles_is_split_into_twelve() -> None:
    assert titles(TOPIC_PAGE) == TWELVE


def test_the_glued_captions_ads_links_and_credits_of_the_page_are_boilerplate() -> None:
    assert boilerplate(TOPIC_PAGE) == [
        "PHOTO: COASTGUARD / NFP",
        "READ ALSO: Head Of Norland Railways Confirms Strike",
        "Lissa Ceasefire",
        "Ostmark and Lissa rebel boats",
        "Lissa",
        "Lissa North",
        "norland",
        "united isles",
        "inRead invented by Teads",
        "Lissa peace talk",
        "Lissa",
        "Lissa",
        "Lissa-war",
        "lissa",
    ]


def test_the_day_of_a_caption_s_report_is_inferred_and_that_of_its_picture_is_not_taken() -> None:
    dates = [article.date for article in split(TOPIC_PAGE)]
    assert dates == [Dated(value=datetime.date(2021, 3, 12), basis="inferred"), *([None] * 11)]


WEEK_PAGE = """\
The Week In Seaton

April 12, 2024

Fire At Cannery Was Caused By Charger

canneryFirefighters on the roof of the cannery in Seaton. Nobody was hurt. Photo: Fire Service

A fire that damaged the cannery last Friday started in a charger, the inspector said.

Union Marches On Town Hall

About 600 people marched from the cannery to the town hall on Saturday, the police said.

SPONSORED: Winter tyres from 49 crowns at the garage

Herring Boats Stay In Port

quotaHerring boats stayed tied up in port for a fourth day after the ministry closed the sound.

The quota for this year is 6,300 tonnes.

Candidates Meet At Seamen’s Hall

The three candidates for mayor meet for their only debate on Thursday in the Seamen’s Hall."""


def test_headlines_without_a_further_sign_follow_the_page_s_way_and_its_date_holds_for_all() -> None:
    assert titles(WEEK_PAGE) == [
        "Fire At Cannery Was Caused By Charger",
        "Union Marches On Town Hall",
        "Herring Boats Stay In Port",
        "Candidates Meet At Seamen’s Hall",
    ]
    assert {article.date for article in split(WEEK_PAGE)} == {Dated(value=datetime.date(2024, 4, 12), basis="stated")}
    assert "SPONSORED: Winter tyres from 49 crowns at the garage" in boilerplate(WEEK_PAGE)


def test_a_site_s_banner_is_not_the_headline_below_it() -> None:
    text = (
        f"Seaton Post | News and tides for the bay\n\nBay In Shock After Ferry Accident\n\nferry{STORM} The ferry sank."
    )
    assert titles(text) == ["Bay In Shock After Ferry Accident"]


def test_a_diary_is_split_at_its_days() -> None:
    articles = split(f"Diary of a keeper\n\n12 March 2024\n\n{STORM}\n\n13 March 2024\n\n{CLEAN}")
    assert [article.title for article in articles] == ["12 March 2024", "13 March 2024"]
    assert [article.date and article.date.value.day for article in articles] == [12, 13]


STORM = "A storm battered the coast on Monday, leaving thousands of homes without power, officials said."
CLEAN = "Crews began to clean up along the coast on Tuesday after the storm left thousands without power, they said."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"Storm batters coast\n\nBy Jane Doe\n\n{STORM}\n\nPower lines fell.\n\n"
            f"Clean-up begins along battered coast\n\nBy John Smith\n\n{CLEAN}",
            ["Storm batters coast", "Clean-up begins along battered coast"],
        ),
        (
            f"Storm batters coast\n\n{STORM}\n\nClean-up begins along coast\nPublished: 16 January 2024, 10:30 GMT\n\n{CLEAN}",
            ["Storm batters coast", "Clean-up begins along coast"],
        ),
        (
            f"Storm batters coast\n\n{STORM}\n\n* * *\n\nClean-up begins along battered coast\n\n{CLEAN}",
            ["Storm batters coast", "Clean-up begins along battered coast"],
        ),
        (
            f"Storm batters coast\n\n{STORM}\n\nClean-up begins along coast\n\nSEATON (Newswire) - {CLEAN}",
            ["Storm batters coast", "Clean-up begins along coast"],
        ),
        (
            f"Storm batters coast\n\n{STORM}\n\nShare this on Facebook\nLeave a Reply\n\nClean-up begins along coast\n\n{CLEAN}",
            ["Storm batters coast", "Clean-up begins along coast"],
        ),
        (
            f"Storm batters coast\n\n{STORM}\n\nRelated stories\nFerry fares rise in the new year\nMayor faces a vote\n\n"
            f"Clean-up begins along coast\n\n{CLEAN}",
            ["Storm batters coast", "Clean-up begins along coast"],
        ),
        (
            f"Storm Batters Coast, Thousands Without Power\n\n{STORM}\n\nClean-Up Begins Along Battered Coast\n\n{CLEAN}",
            ["Storm Batters Coast, Thousands Without Power", "Clean-Up Begins Along Battered Coast"],
        ),
    ],
    ids=["bylines", "date lines", "rule", "dateline", "end matter", "link list", "title case alone"],
)  # fmt: skip
def test_a_further_sign_beside_a_headline_begins_an_article(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


ONE = {
    "quoted subheadings": f"Storm batters coast\n\n{STORM}\n\n‘Worst in thirty years’\n\n{CLEAN}\n\n“We heard a bang”\n\n{STORM}",
    "questions as subheadings": f"Storm batters coast\n\n{STORM}\n\nWhy was the coast hit?\n\n{CLEAN}",
    "sections of a report": (
        f"Coast Defence Report 2024\n\nPrepared for the council\n\nExecutive Summary\n\n{STORM}\n\n"
        f"Findings From the Storm on the Coast\n\n{STORM}\n\nWhat the Clean-Up of the Coast Cost\n\n{CLEAN}"
    ),
    "a standfirst": f"Storm batters coast\n\nThousands are without power after the worst storm in years\n\n{STORM}\n\n{CLEAN}",
    "a list": f"Storm kit\n\n- A Torch With New Batteries\n- Water For Three Whole Days\n\n{STORM}\n\n1. Go To High Ground\n\n{CLEAN}",
    "a short quote": f"Storm batters coast\n\n{STORM}\n\n“The Sea Came Over The Coast Wall.”\n\n{CLEAN}",
    "a repeated title": f"Storm batters coast\n\n15 January 2024\nStorm batters coast\n\n{STORM}\n\n{CLEAN}",
    "a byline at the end": f"Storm batters coast\n\n{STORM}\n\n{CLEAN}\n\nBy: Jane Doe\n\nSenior Journalist",
    "table rows": f"Storm batters coast\n\n{STORM}\n\nCoast Town | Homes Without Power\nSeaton | 400\n\n{CLEAN}",
    "an e-mail in a note": f"Note\n\nFrom: Ana\nTo: Bob\nDate: 4 March 2024\n\n{STORM}\n\n{CLEAN}",
}


@pytest.mark.parametrize("text", ONE.values(), ids=ONE.keys())
def test_one_piece_of_writing_stays_one(text: str) -> None:
    assert len(split(text)) == 1


WRAPPED = """\
The Lighthouse Keepers of the Northern Isles

The lighthouse on the northern isle was built in 1821 by a company that
had never built one before. It stood for forty years, and when it fell in
The Great Storm Over The Northern Isles of 1861 nobody was inside, though
many had been warned.

Its keepers were two brothers who spoke to each other only on Sundays,
and the light was put out in 1954."""


def test_lines_broken_at_a_fixed_width_are_no_headlines() -> None:
    assert titles(WRAPPED) == ["The Lighthouse Keepers of the Northern Isles"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Storms batter the coast, the power fails in thousands of homes.\n\n\n{STORM}", "Storms batter the coast, the power fails in thousands of homes."),
        (f"!-- Google tag (gtag.js) -->\n\nStorm batters coast\n\n{STORM}", "Storm batters coast"),
        (f"FOR IMMEDIATE RELEASE\n\nAcme Opens Plant On Storm-Hit Coast\n\n{STORM}", "Acme Opens Plant On Storm-Hit Coast"),
        (f"{STORM}\n\n{CLEAN}", None),
        ("Kitchen refit\n\nBudget: 9,000 euros\n- order tiles", "Kitchen refit"),
        ("- milk\n- bread", None),
        (f"# Storm *kit* #\n\n{STORM}", "Storm *kit*"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_that_stands_in_the_text(text: str, expected: str | None) -> None:
    (article,) = split(text, media_type="text/markdown" if text.startswith("#") else "text/plain")
    assert article.title == expected
    assert (article.title_span is None) == (expected is None)


REPAIRS = "The bridge over the Osk will close to lorries for nine weeks from May, because two of its bearings have to be replaced."


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Osk County Highways Department\nBridge to close to lorries\n3 May 2024", "Bridge to close to lorries"),
        ("PRESS RELEASE\n\nOsk Valley Police\n\nLorries to keep off the bridge\n\n3 May 2024", "Lorries to keep off the bridge"),
        ("MINISTRY OF PUBLIC WORKS\nBridges: bulletin no. 12\n3 May 2024", "Bridges: bulletin no. 12"),
        ("Elm Park Residents’ Association\nSpring newsletter 2024\n\nA bridge without lorries for nine weeks", "A bridge without lorries for nine weeks"),
        ("Bureau of Bridge Safety (BBS)\nInterim report 2024/7: bearings of the Osk bridge", "Interim report 2024/7: bearings of the Osk bridge"),
        ("Tarsk Parish Council\nMinutes of the meeting of 3 May 2024", "Minutes of the meeting of 3 May 2024"),
        ("Osk County Council\nHighways Office\nBridge to close to lorries", "Bridge to close to lorries"),
        ("Brandt & Holm Ltd\nStatement on the Osk bridge\n3 May 2024", "Statement on the Osk bridge"),
        # a headline above its standfirst, whatever noun it ends with
        ("Lorry Owners Sue Council\nBridge to close for nine weeks\n3 May 2024", "Lorry Owners Sue Council"),
        ("Mayor Blames Highways Department\nBridge to close for nine weeks", "Mayor Blames Highways Department"),
        ("Lorry Crashes at Norbury School\nBridge to close for nine weeks", "Lorry Crashes at Norbury School"),
        ("Lorries banned by county council\nBridge to close for nine weeks", "Lorries banned by county council"),
        # nothing below that may be a headline
        ("Osk Valley Bridge Board\n3 May 2024", "Osk Valley Bridge Board"),
        ("Osk Valley Bridge Board\nNell Farrant\n3 May 2024", "Osk Valley Bridge Board"),
        ("Osk Valley Bridge Board\nMinutes", "Osk Valley Bridge Board"),
    ],
)  # fmt: skip
def test_the_body_that_issues_a_page_is_not_its_title(head: str, title: str) -> None:
    assert titles(f"{head}\n\n{REPAIRS}\n\n{CLEAN}") == [title]


def test_a_title_from_metadata_that_is_the_issuer_gives_way_to_the_headline() -> None:
    page = document(f"Osk County Council\n\nBridge to close to lorries\n\n{REPAIRS}", title="Osk County Council")
    (article,) = split_articles(page)
    assert article.title == "Bridge to close to lorries"


def test_a_title_from_metadata_finds_its_place_under_the_site_name() -> None:
    page = document(f"Example Times\n\nStorm batters coast\n\n{STORM}", title="Storm batters coast - Example Times")
    (article,) = split_articles(page)
    assert article.title == "Storm batters coast"


def test_a_title_that_is_metadata_alone_has_no_place() -> None:
    (article,) = split_articles(document(f"{STORM}\n\n{CLEAN}", title="Weather desk"))
    assert (article.title, article.title_span) == ("Weather desk", None)


@pytest.mark.parametrize(
    "line",
    [
        "Leave A Reply", "Leave a Comment", "3 Comments", "Your email address will not be published. Required fields *",
        "Related Posts", "You may also like", "Also Read: Ferry fares to rise in April", "READ ALSO: Ferry fares rise",
        "Read more: Ferry fares", "SOURCE: KREMLIN", "PHOTO: US AIR FORCE / AFP", "Photo by Jane Doe", "(AP Photo/Jane Doe)",
        "Advertisement", "inRead invented by Teads", "Share this article on Facebook", "Facebook Twitter WhatsApp Email",
        "Subscribe to our newsletter", "Sign up for our daily newsletter to get the best stories", "Tags: storm, coast",
        "We use cookies to improve your experience.", "© 2024 Example Times. All rights reserved.", "4 min read",
        "DISCLAIMER : Views expressed above are the author’s own.", "gtag('config', 'UA-1');", "!-- Google tag (gtag.js) -->",
        "(adsbygoogle = window.adsbygoogle || []).push({});", "Story continues below advertisement", "Skip to main content",
        "Follow us on Twitter", "Posted in: Weather", "Previous article", "Click here to subscribe",
    ],
)  # fmt: skip
def test_a_line_that_nobody_wrote_as_content_is_boilerplate(line: str) -> None:
    assert boilerplate(f"Storm batters coast\n\n{STORM}\n\n{line}\n\n{CLEAN}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "By: Arti Bali", "Senior Journalist", "September 15, 2021", "Syrian President Bashar Al Assad and Vladimir Putin",
        "Read the report before the meeting on Monday, the chair said.", "Source: census of 2021, table 4",
        "Share prices fell by a tenth on Monday.", "Advertising revenue fell.", "Comments from residents were mixed.",
        "Related costs: 4 million euros", "Copyright law was changed in 2019, the ministry said.", "He signed up.",
        "Photo of the bridge from 1911", "More on Monday.", "Subscribers paid 40 euros.", "Tagged birds: 40",
    ],
)  # fmt: skip
def test_a_line_of_content_is_kept(line: str) -> None:
    assert boilerplate(f"Storm batters coast\n\n{STORM}\n\n{line}\n\n{CLEAN}") == []


def test_the_headlines_under_a_heading_of_links_are_boilerplate_too() -> None:
    links = "Related Posts\n\nFerry fares rise\n\nMayor faces a vote"
    assert boilerplate(f"Storm batters coast\n\n{STORM}\n\n{links}") == links.split("\n\n")


@pytest.mark.parametrize(
    ("paragraph", "headline", "rest"),
    [
        ("SyriaSyria has asked the council", "", "Syria has asked the council"),
        ("russiaWhen Brandt announced it", "Russia Ships More", "When Brandt announced it"),
        ("united statesU.S. Secretary Kerr", "United States To Press", "U.S. Secretary Kerr"),
        ("stormA storm battered the coast. The storm", "", "A storm battered the coast. The storm"),
        ("YouTube said it would appeal", "Court Rules On Video Site", "YouTube said it would appeal"),
        ("YouTube said it would appeal", "YouTube Will Appeal", "YouTube said it would appeal"),
        ("McDonald said the coast", "Coast Is Clear", "McDonald said the coast"),
        ("The video site YouTube said", "The Video Site Appeals", "The video site YouTube said"),
        ("PayPal opened. PayPal grew.", "Pay Rises", "PayPal opened. PayPal grew."),
        ("Storms are here", "Storm", "Storms are here"),
    ],
)
def test_a_glued_caption_ends_where_the_sentence_begins(paragraph: str, headline: str, rest: str) -> None:
    assert paragraph[caption_prefix_end(paragraph, 0, headline=headline) :] == rest


@pytest.mark.parametrize(
    ("text", "expected", "basis"),
    [
        (f"Storm\n\nSeptember 15, 2021\nCaption\n\n{STORM}", "2021-09-15", "stated"),
        (f"Storm batters coast\n\nPublished: 15 Sept 2021 | Weather\n\n{STORM}", "2021-09-15", "stated"),
        (f"Storm\n\nUpdated 16 Sep 2021\nPublished 15 Sep 2021\n\n{STORM}", "2021-09-15", "stated"),
        (f"Storm\n\nBy Jane Doe, 15 September 2021\n\n{STORM}", "2021-09-15", "stated"),
        (f"Storm\n\nSEATON, 15 September 2021 (Newswire) - {STORM}", "2021-09-15", "stated"),
        (f"Storm\n\n{STORM}\n\n{CLEAN}\n\nPublished on September 15, 2021", "2021-09-15", "stated"),
        (f"Storm\n\nThe mayor said on Friday, January 12, 2024 that it was bad.\n\n{STORM}", "2024-01-12", "inferred"),
        (f"Storm\n\nThe wall was built on May 4, 1987, the mayor said on Monday.\n\n{STORM}", None, None),
        (f"Storm\n\nThe vote is due on Monday, January 15, 2024, the mayor said.\n\n{STORM}", None, None),
        (f"Storm\n\nThe mayor said on January 13, 2024 that it was bad on Monday.\n\n{STORM}", None, None),
        (f"Kitchen refit\n\nStart: 4 May 2024\nBudget: 9 euros\n\n{STORM}", None, None),
        (f"Storm\n\nSeptember 15\n\n{STORM}", None, None),
        (f"Storm\n\n{STORM}", None, None),
    ],
)  # fmt: skip
def test_an_article_is_dated_by_what_it_says_of_itself(
    text: str, expected: str | None, basis: DateBasis | None
) -> None:
    (article,) = split(text)
    found = article.date
    assert (found and found.value.isoformat(), found and found.basis) == (expected, basis)


METADATA = Dated(value=datetime.date(2020, 1, 2), basis="metadata")


def test_metadata_date_an_article_that_states_no_date_itself() -> None:
    assert split_articles(document(f"Storm\n\n{STORM}", date=METADATA))[0].date == METADATA
    stated = split_articles(document(f"Storm\n\n15 January 2024\n\n{STORM}", date=METADATA))[0].date
    assert stated == Dated(value=datetime.date(2024, 1, 15), basis="stated")


def test_metadata_date_no_article_of_several_but_on_a_web_page() -> None:
    text = f"Storm batters coast\n\nBy Jane Doe\n\n{STORM}\n\nClean-up begins along coast\n\nBy John Smith\n\n{CLEAN}"
    assert [a.date for a in split_articles(document(text, date=METADATA))] == [None, None]
    page = document(text, "a.html", "text/html", date=METADATA)
    assert [a.date for a in split_articles(page)] == [METADATA, METADATA]


WET = "It rained in the town on Monday and nobody could remember that it had ever done so before, they said."
DRY = "It did not rain in the town on Tuesday, and the mayor of the town told everybody that it was her doing."
PAGES = {
    "the day of the page": (f"The Post\nFriday, 17 August 2007\n\nRain falls\nBy Ann Lee\n\n{WET}\n\nRain ends\nBy Bo Ek\n\n{DRY}", ["2007-08-17", "2007-08-17"]),
    "the header of a mail": (f"From: a@post.example\nDate: Wed, 8 Jan 2020 06:30:11 +0000\n\nGood morning from us all.\n\nRain falls\nBy Ann Lee\n\n{WET}\n\nRain ends\nBy Bo Ek\n\n{DRY}", ["2020-01-08", "2020-01-08"]),
    "a day without its year": (f"The Post\n17 August 2007\n\nRain falls\nVARN, Aug. 16 - {WET}\n\nRain ends\nLISSA, Aug. 15 - {DRY}", ["2007-08-16", "2007-08-15"]),
    "the day of the first article alone": (f"Rain falls\n17 August 2007\n\n{WET} {DRY} {WET}\n\nRain ends\nBy Bo Ek\n\n{DRY}", ["2007-08-17", None]),
    "an age and no day": (f"The Post\n17 August 2007\n\nRain falls\nYesterday\n\n{WET}\n\nRain ends\n16 August 2007\n\n{DRY}", [None, "2007-08-16"]),
    "an event after the page's day": (f"The Post\n17 August 2007\n\nRain falls\n1 September 2007\n\n{WET}\n\nRain ends\n16 August 2007\n\n{DRY}", ["2007-08-17", "2007-08-16"]),
    "a reprint": (f"The Post\n17 August 2007\n\nRain falls\n(First printed in The Post of 16 August 1957)\n\n{WET}\n\nRain ends\nBy Bo Ek\n\n{DRY}", ["1957-08-16", "2007-08-17"]),
    "an order that another date shows": (f"Rain falls\nPublished: 03/05/2019\n\n{WET}\n\nRain ends\nPublished: 23/05/2019\n\n{DRY}", ["2019-05-03", "2019-05-23"]),
    "an order that none shows": (f"Rain falls\nPublished: 03/05/2019\n\n{WET}\n\nRain ends\nPublished: 04/06/2019\n\n{DRY}", [None, None]),
    "a change": (f"Rain falls\nUpdated 3 May 2019\n\n{WET}\n\nRain ends\n2 May 2019, updated 4 May 2019\n\n{DRY}", [None, "2019-05-02"]),
    "a life": (f"Ann Lee\n4 May 1925 – 12 March 2016\n\n{WET}", [None]),
    "a meeting": (f"Minutes of the council\n4 May 2021\n\n{WET}", [None]),
    "a comment": (f"Rain falls\n\n{WET}\n\n{DRY}\n\n2 Comments\n\nAnn, 4 May 2021", [None]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PAGES.values(), ids=PAGES.keys())
def test_the_articles_of_a_page_have_the_days_that_it_states(text: str, expected: list[str | None]) -> None:
    found = [article.date.value.isoformat() if article.date else None for article in split(text)]
    assert found[-len(expected) :] == expected


def test_a_day_that_metadata_give_to_a_piece_is_that_piece_s() -> None:
    text = f"Rain falls\n\n{WET}\n\n\nRain ends\n\n{DRY}"
    page = document(
        text, "a.html", "text/html", article_starts=(0, text.index("Rain ends")), article_dates=(None, METADATA)
    )
    assert [article.date for article in split_articles(page)] == [None, METADATA]


def test_metadata_of_a_page_do_not_date_articles_of_other_days() -> None:
    text = f"Rain falls\n\n{WET}\n\n\nRain ends\n\n3 May 2019\n\n{DRY}\n\n\nWind\n\n{WET}"
    starts = (0, text.index("Rain ends"), text.index("Wind"))
    page = document(text, "a.html", "text/html", article_starts=starts, date=METADATA)
    assert [article.date and article.date.value.isoformat() for article in split_articles(page)] == [
        "2020-01-02",
        "2019-05-03",
        None,
    ]


def test_a_file_name_that_begins_with_a_day_dates_its_one_article() -> None:
    (article,) = split(f"Minutes\n\n{STORM}", source="notes/2024-03-01-minutes.txt")
    assert article.date == Dated(value=datetime.date(2024, 3, 1), basis="inferred")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"# Pump guide\n\n## Start\n\n{STORM}\n\n---\n\n## Stop\n\n{CLEAN}", ["Pump guide"]),
        (f"# Introduction\n\n{STORM}\n\n# Methods\n\n{CLEAN}", ["Introduction"]),
        (f"# Minutes\n\n## 2024-03-01 Spring\n\n{STORM}\n\n## 2024-04-05 April\n\n{CLEAN}", ["2024-03-01 Spring", "2024-04-05 April"]),
        (f"# Log\n\n{STORM}\n\n## 1 March 2024\n\nA.\n\n## 5 April 2024\n\nB.", ["Log", "1 March 2024", "5 April 2024"]),
        (f"# Storm batters the whole coast\n\n{STORM}\n\n# Crews clean up along the coast\n\n{CLEAN}",
         ["Storm batters the whole coast", "Crews clean up along the coast"]),
        (f"# Shell\n\n```\n# Storm batters the whole coast\n{STORM}\n# Crews clean up along the coast\n{CLEAN}\n```", ["Shell"]),
        (f"Just a line\n\n{STORM}", ["Just a line"]),
    ],
)  # fmt: skip
def test_markdown_is_one_article_unless_its_headings_are_dated_or_headlines(text: str, expected: list[str]) -> None:
    assert titles(text, "text/markdown") == expected


def test_dated_headings_date_their_articles() -> None:
    articles = split(
        f"# Minutes\n\n## 2024-03-01 Spring\n\n{STORM}\n\n## 2024-04-05 April\n\n{CLEAN}", media_type="text/markdown"
    )
    assert [article.date and article.date.value.isoformat() for article in articles] == ["2024-03-01", "2024-04-05"]


def test_pieces_that_the_format_marks_are_followed() -> None:
    text = "One\n\nfirst words\n\n\nTwo\n\nsecond words"
    marked = document(text, "a.html", "text/html", article_starts=(0, text.index("Two")))
    assert [(a.title, a.text.split("\n")[-1]) for a in split_articles(marked)] == [
        ("One", "first words"),
        ("Two", "second words"),
    ]


def test_a_blank_document_has_no_article() -> None:
    assert split(" \n\t\n") == []


LINES = [
    "", "", STORM, CLEAN, "Storm Batters The Whole Coast", "Clean-up begins along coast", "By Jane Doe", "* * *", "---",
    "15 January 2024", "Related Posts", "Leave a Reply", "stormA storm battered the coast", "# Heading", "## 2024-03-01 Day",
    "- an item", "‘Worst in years’", "SyriaSyria has asked", "\t", "a | b", "```", "READ ALSO: x", "\u2028", "It said so. PHOTO: AFP",
    "Published: 3 March 2024", "SEATON (Newswire) - It rained on Monday, officials said again.", "…", "é", "|", "#", "(", "By",
]  # fmt: skip
MEDIA = [
    "text/plain",
    "text/markdown",
    "text/html",
    "message/rfc822",
    "text/csv",
    "application/pdf",
    "application/json",
]


@given(
    st.lists(st.sampled_from(LINES) | st.text(max_size=60), max_size=24),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.sampled_from(MEDIA),
)
def test_articles_and_boilerplate_are_in_order_and_hold_all_words(lines: list[str], newline: str, media: str) -> None:
    text = newline.join(lines)
    end = 0
    for article in split_articles(document(text, media_type=media)):
        assert not text[end : article.start].strip()
        end = article.end
        inner = article.start
        for span in article.boilerplate:
            assert inner <= span.start < span.end <= article.end
            inner = span.end
        if article.title_span is not None:
            assert " ".join(article.title_span.of(text).split()) == article.title
            assert article.start <= article.title_span.start < article.title_span.end <= article.end
    assert not text[end:].strip()
