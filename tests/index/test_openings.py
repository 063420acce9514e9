"""Habits of pages: what marks where an article begins. In each page "@@" stands before the first word of an article."""

# ruff: noqa: E501 -- a page is read best as it is

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import split_articles
from index.beginnings import beginnings
from index.cohesion import are_articles, names
from index.load.html import load
from index.openings import openings
from index.types import Article, Document
from index.units import units_of

TEXT = {
    "letters that a name and a place stand under": """\
Postbag

@@The new timetable of the island boat leaves nobody time to change at Lissa. Who has tried it?

Karin Holm, Dock Street

@@I have read that the tower is to be painted white. It was white in 1950 and grey by the winter.

O. Brandt, Seaton

The Editor replies: The tower was painted in 1951.
@@May I thank the man who brought back my dog on Sunday? She has not stopped talking of it.

The Harbour Choir, Lissa""",
    "paragraphs under a line that says in brief": """\
Seaton Herald

IN BRIEF

@@A van was found in the canal below Mill Lock on Monday. Its owner had not missed it, the police said.

@@Tickets for the harbour concert go on sale on Friday at nine. There are four hundred of them, at two crowns.

@@Anna Lind has won the county's prize for bread. She used rye from Hallow and water from her own well.

@@The library van will stand in Dock Street from now on. Its old place is to be a bus stop.""",
    "one matter under a line that says in brief": """\
IN BRIEF

@@The trial of Karin Holm began on Monday. Karin Holm denies it all.

A witness told the court that Karin Holm had been at sea in that week.

The ship's book names Karin Holm as cook, and says that the soup was good.

The judge asked Karin Holm who had kept the book. Judgment is due in May.""",
    "lines of one kind under the headlines": """\
Deaths

@@Vera Holm, swimming teacher
Born 1 May 1930; died 4 March 2020

Vera taught three generations to swim. She never learned to dive, and said so.

@@Hebe Marsh, the town's dentist
Born 9 June 1941; died 1 March 2020

For long there was no other one. She was known for her patience, and for her drill.

@@Ole Lund, who mended clocks
Born 2 May 1952; died 20 February 2020

He had eleven clocks at home, none of which agreed. He liked it so.""",
    "words about the firm that come back": """\
@@Holm Opens a Yard in Lissa
LISSA, 4 May 2021 – Holm Boats has opened a yard with forty places.

About Holm Boats
Holm Boats builds boats of wood. It was founded in 1921 in a shed.

###

@@Holm Sells a Hundredth Boat
SEATON, 1 June 2021 – Holm Boats has sold its hundredth boat, to a choir.

About Holm Boats
Holm Boats builds boats of wood. It was founded in 1921 in a shed.""",
    "an export of a database with a list of contents": """\
Documents (3)
1. Ferry fares go up
2. New roof for school
3. Otter seen in canal

@@Ferry fares go up
The Seaton Herald
March 4, 2024 Monday

Copyright 2024 Seaton Herald Ltd All Rights Reserved
Length: 61 words
Body

A return ticket to the island costs 14 crowns from Monday, two more than last year.

Load-Date: March 5, 2024

End of Document

@@New roof for school
The Seaton Herald
March 6, 2024 Wednesday

Copyright 2024 Seaton Herald Ltd All Rights Reserved
Body

The county has found 200,000 for the roof of Lissa school, a spokesman said.

End of Document

@@Otter seen in canal
The Lissa Post
March 7, 2024 Thursday
Body

A lock keeper has photographed an otter below Mill Lock on Sunday.

End of Document""",
    "an export whose articles end in a number": """\
@@Ferry fares go up
By Vera Holm
61 words
4 March 2024
The Seaton Herald
SEHE
English
(c) 2024 Seaton Herald Ltd

A return ticket to the island costs 14 crowns from Monday, two more than last year.

Document SEHE000020240304ek3400001

@@Otter seen in canal
44 words
7 March 2024
The Lissa Post
LIPO
English
(c) 2024 Lissa Post

A lock keeper has photographed an otter below Mill Lock on Sunday, the post says.

Document LIPO000020240307ek3700002

Search Summary
Results Found	2""",
    "an export that counts its documents": """\
Document 1 of 2

Ferry fares go up

A return ticket to the island costs 14 crowns from Monday, two more than last year.

@@Document 2 of 2

Otter seen in canal

A lock keeper has photographed an otter below Mill Lock on Sunday, the post says.""",
    "briefs with the headline right above": """\
IN BRIEF

@@Ferry fares go up
A return ticket to the island costs 14 crowns from Monday, two more than last year. Children still travel free.

@@New roof for school
The county has found 200,000 for the roof of Lissa school. Pupils will be taught in the chapel until June.

@@Otter seen in canal
A lock keeper has photographed an otter below Mill Lock. It is the first in the town since the war.

@@Choir wins
The Seaton women's choir came first at the national festival in Varn on Saturday.

@@Road works
Bridge Street is shut from 9 a.m. to 4 p.m. until the end of the month. Buses go by Hill Road.""",
    "briefs with a blank line below the headline": """\
The Seaton Courier

@@Council to sell the old baths

The old baths in Dock Street are to be sold. The council said on Tuesday that it could no longer pay for the heating.

A buyer has offered 400,000 crowns and wants to build flats.

@@Fisherman rescued off Lissa

A man of 54 was pulled from the water by a passing tanker on Sunday night. He had held on to a crate for three hours.

"I sang," said Ole Brandt.

@@Brass band looks for players

The Northgate brass band needs two horns and a tuba before Christmas. No experience is asked for.

@@Bakery to open at night

Karin Holm is going to bake through the night for the port's shift workers. The police have no objection.""",
    "times of day on lines of their own": """\
Flood in Seaton: live

Our reporters bring you the latest from the river.

@@16:40
The bridge has been opened again to cars, but not to lorries, the police say.

@@15.55
Water is going down at Mill Lock. The gauge shows 3.1 metres, down from 3.4 at noon.

@@14:20
Mayor Holm is speaking to the press at the fire station.
"We have not lost anyone," she says.

@@12:05
Good afternoon. The river has come over the wall at Dock Street.""",
    "times of day before the words": """\
Council budget meeting: as it happened

@@9.05 pm: The budget is passed by 14 votes to 9. The public gallery is empty by now.

@@8.40 pm: An amendment to keep the library van falls by one vote.

Councillor Brandt says that he will never speak to Councillor Holm again.

@@7.30 pm: The doors open and people come in from the rain. There are forty seats.""",
    "names as headlines": """\
DEATHS

@@HOLM, Vera Ingrid

Vera Holm, who taught three generations of Seaton to swim, has died at the age of 91. She was born in Varn on 4 May 1925.

The funeral is on Friday at St Anne's.

@@BRANDT, Ole

Ole Brandt, a pilot for forty years, died on Sunday at home. He leaves a wife, a boat and seven grandchildren.

@@MARSH, Hebe

Hebe Marsh, for long the town's only dentist, died last week aged 78. She was known for her patience.""",
    "press releases with an end mark": """\
FOR IMMEDIATE RELEASE

@@Acme to build pump works in Seaton

SEATON, 4 May 2021 – Acme Pumps will build a works in Seaton, the company announced today.

“Water is our business,” said Vera Holm, chief executive.

About Acme
Acme Pumps makes pumps and has done so since 1911.

Media contact
Ole Brandt, 555 0100

###

FOR IMMEDIATE RELEASE

@@Acme reports higher profit

SEATON, 2 March 2021 – Acme Pumps today reported a profit of 4 million crowns for 2020.

Sales rose in all regions.

About Acme
Acme Pumps makes pumps and has done so since 1911.

###""",
    "ages of articles": """\
Seaton Now

@@Cannery fire out after nine hours
3 hours ago

The fire at the cannery is out. Nobody was hurt, the fire service said.

Smoke can still be seen from the sound.

@@Tram line to reach the port
5 hours ago

The tram will go to the port from 2025, the region has decided.

@@Swan stops traffic
Yesterday

A swan sat down on Bridge Street on Tuesday and would not be moved for forty minutes.

@@Who will be mayor?
2 days ago

Three candidates have put their names forward. We asked each of them the same five questions.""",
    "dates above the headlines": """\
News from the Harbour Office

@@4 May 2021
Buoys moved in the outer channel
Three buoys were moved on Monday after a survey. New charts are at the office.

@@2 May 2021
Crane out of use
The ten-tonne crane cannot be used until a part comes from abroad. We are sorry for the delay.

@@28 April 2021
Summer hours
The office is open from 7 a.m. to 7 p.m. from 1 May until 30 September.""",
    "names below the headlines": """\
Opinion

@@The tram is worth its price
Vera Holm

Nobody who has stood on Bridge Street at eight in the morning can want more cars. The tram costs money, and so do roads.

We shall be glad of it in twenty years.

@@Leave the herring alone
Ole Brandt

I have fished the sound for forty years and never seen so few herring. The quota should be nothing at all.

@@What a school roof tells us
Hebe Marsh

When the rain came through on to the piano, the children laughed. The county did not.""",
    "labels above the headlines": """\
SPORTS ROUND-UP

@@FOOTBALL
Rovers throw away two-goal lead
Seaton Rovers drew 2-2 with Varn Albion after leading by two at half time on Saturday.

Manager Ole Brandt called it "a gift".

@@ROWING
Holm third in single sculls
Vera Holm came third in the national regatta, four seconds behind the winner.

@@CHESS
Draw in top match
Northgate and Lissa drew 4-4 in the first division. The last game took seven hours.""",
    "bylines without blank lines": """\
Seaton Post
@@Cannery to shut with loss of 90 jobs
By Vera Holm
The cannery in Dock Street will shut in June, its owner said on Tuesday.
The union had hoped that a buyer would be found.
About 90 people work there, most of them women.
@@Mayor opens new lock
By Ole Brandt
Mayor Hebe Marsh opened the new lock on Sunday and fell into it.
She was pulled out by the lock keeper and made her speech wet.
@@School to get roof
By Vera Holm
The county has found the money for a new roof at Lissa school, it said.
Work is to begin in the summer and will take four weeks.""",
    "sets of minutes": """\
@@Minutes of the meeting of Lissa parish council held on 4 May 2021

Present: V. Holm (chair), O. Brandt, H. Marsh.

1. Apologies
None.

2. Footpath
The clerk had written to the farmer. No answer had come.

3. Any other business
Mr Brandt asked about the bench.

@@Minutes of the meeting of Lissa parish council held on 6 April 2021

Present: V. Holm (chair), H. Marsh.

1. Apologies
Mr Brandt was at sea.

2. Footpath
It was agreed to write to the farmer, and to send him a map.""",
    "a long read with subheadings": """\
The Last Light Keepers of the Sound
By Vera Holm

For a hundred and sixty years somebody climbed the stairs at Skerry every night. In May the last keeper came down.

Ole Brandt had been at the light since 1978. He met us on the quay with a bag in each hand.

The stairs
There are 211 of them and Brandt knows each. The ninth is loose, he says, and has been since before his time.

He counted them aloud in the dark.

A machine arrives
The board sent an engineer in 2019 with a box the size of a loaf. Brandt made him coffee.

The box now does what Brandt did.

What is left
There is a visitor's book in which nobody has signed since August. Brandt signed it himself.""",
    "places before a dash": """\
NEWS FROM THE DISTRICTS

@@NORTHGATE – The tram stop at Mill Street will be out of use until 4 June while the rails are renewed. Buses stop at the baths.

@@LISSA – A ewe that fell down the cliff on Sunday has been brought up by the lifeboat. She is well, and was not grateful.

@@VARN – The market moves to Dock Square for the summer. Stalls open at seven. There will be no fish on Mondays.

@@OUTER SOUND – Two seals have been seen on the slip. Walkers are asked to keep dogs away until the pups can swim.""",
    "lines broken at a fixed width": """\
THE LIGHT, newsletter of the Friends of Skerry Light
Spring 2021

@@Work on the gallery has begun

Scaffolding went up in March and the painters have started on
the gallery. The old paint is coming off in sheets, and under
it there is more old paint. We hope that all will be done by
the end of June, when the first visitors are to be let up.

@@A letter from Canada

Mrs Hebe Marsh of Halifax has written to say that her great-
grandfather was keeper from 1871 to 1880. She has sent us a
photograph of him with a goat. We have hung it in the hall,
and the goat has been much admired by the children.

@@Thank you

To all who sold cakes on Open Day: you have paid for four
steps. There are two hundred and seven more, so please do
keep baking. The next sale is in August, in the chapel.""",
    "times of day before a headline": """\
Storm Ylva hits the coast

Last updated: 17:45

@@17:45 - Bridge closed to lorries
The road bridge at Varn is closed to lorries until further notice. Cars may use one lane.

@@17:10 - Trains stopped
No trains run between Seaton and Northgate. A tree lies across both tracks at Mill Lock.

@@16:30 - Schools to close
All schools on the coast will be closed on Thursday, the county says.

@@15:50
Good afternoon and welcome to our coverage of the storm. Winds of 31 metres a second have been measured at Skerry.""",
    "names with years as headlines": """\
OBITUARIES

@@Vera Holm, 1925–2016
Swimming teacher

Vera Holm, who taught three generations of Seaton to swim, has died aged 91. She began in the harbour, with a rope.

In 1951 she talked the council into building the baths.

@@Ole Brandt, 1940–2016
Pilot and singer

As a boy Ole Brandt rowed out to meet the steamers. He became a pilot in 1962 and sang in the choir until last year.

@@Hebe Marsh, 1938–2016
Dentist

For thirty years Hebe Marsh was the only dentist in town. She pulled the teeth of two bishops.""",
    "rules between the scenes of a story": """\
The night of the herring
By Vera Holm

On the ninth of January the herring came back. Nobody had seen them for thirty years, and nobody had a net.

Ole Brandt was the first to hear. He thought it was rain.

* * *

By morning the whole town was on the quay with buckets. Brandt had lent his bath.

* * *

They stayed for eleven days. Then, on a Sunday, they were gone, and the quay was quiet again.""",
    "an interview and two reports": """\
@@“I never liked the sea”
The last keeper of Skerry talks to Vera Holm
4 May 2021

Ole Brandt came down from the light for the last time on Saturday. We met him on the quay.

Were you ever afraid?
Only of the stairs. There are 211 and the ninth is loose.

What did you read?
Tide tables. They are short and everything in them happens.

What will you do now?
I have bought a house with no stairs.

@@Council buys the keepers’ cottages
By Hebe Marsh
3 May 2021

The council has bought the two cottages at Skerry for a crown each. They will be let to visitors.

@@Painting to begin in June
By Hebe Marsh
2 May 2021

The light will be painted for the first time since 1988. The work takes six weeks, if it does not rain.""",
    "speakers before a colon": """\
The keeper who never liked the sea

Holm: Were you ever afraid?

Brandt: Only of the stairs. There are 211 and the ninth is loose, as I have told the board.

Holm: What did you read?

Brandt: Tide tables. They are short and everything in them happens, which is more than you can say of novels.

Holm: What will you do now?

Brandt: I have bought a house with no stairs.""",
    "an article carried over to the next page": """\
Friends of Skerry Light
Newsletter No. 14                                   May 2021

@@Lantern glass comes home after
a hundred and sixty years

The lantern glass that was sold in 1861 has been found in a
greenhouse in Varn. Its owner, who had grown tomatoes under it,
has given it back to us for nothing and six jars of chutney.
                                       Continued on page 2

@@From the chair

It has been a quiet winter. We met four times and agreed on
nearly everything, except on the colour of the door, which is
now to be decided by the children of Lissa school.

                              1

Lantern glass (from page 1)

The glass will be put up in August. We need a ladder and two
people who are not afraid of it. Please ring Vera Holm.

@@Open day

The light will be open to all on the first Sunday in August,
from ten to four. Bring a coat. There will be soup again, and
Ole Brandt will tell the story of the goat.""",
    "places before a colon": """\
Around the county

@@Northgate: The tram stop at Mill Street is out of use until 4 June while the rails are renewed.

@@Lissa: A ewe that fell down the cliff on Sunday has been brought up by the lifeboat and was not grateful.

@@Varn: The market moves to Dock Square for the summer. Stalls open at seven in the morning.

@@Outer Sound: Two seals have been seen on the slip. Walkers are asked to keep their dogs away.""",
    "a week’s diary": """\
@@A week on the ferry
By Vera Holm

Monday
The first crossing is at six. There are three lorries, a hearse and a woman with a cello.

Tuesday
Fog. We sound the horn every two minutes and something answers, which the mate says is a cow.

Wednesday
The cello comes back. It has a plaster on it.

Thursday
Engine trouble. We drift for an hour and everybody becomes very polite.""",
    "releases that end alike": """\
@@Acme Pumps wins order from navy
4 May 2021

Acme Pumps is to supply forty pumps to the navy. The order is worth nine million crowns.

– Ends –

Notes to editors
Acme Pumps has made pumps since 1911.

@@New chair for Acme Pumps
2 March 2021

Vera Holm becomes chair of Acme Pumps on 1 April. She has run the railways for nine years.

– Ends –

Notes to editors
Acme Pumps has made pumps since 1911.""",
    "subjects before a colon": """\
Weekend sport

@@FOOTBALL: Seaton Rovers threw away a two-goal lead against Varn Albion on Saturday and had to settle for a draw.

Holm scored twice for Rovers. The crowd was 412.

@@ROWING: Vera Holm came third in the single sculls at the national regatta, four seconds behind the winner.

@@CHESS: Northgate and Lissa drew 4-4 in the first division. The last game took seven hours and ended by candle.""",
    "a guide": """\
How to bleed a radiator

You need a key, a cloth and ten minutes.

Turn off the heating
Wait until the radiator is cold, or you will burn your hand.

Open the valve
Turn the key to the left until you hear a hiss.

Close it again
When water comes, turn the key back and wipe the valve dry.""",
    "minutes with an agenda": """\
@@Lissa Parish Council
Minutes of the meeting held in the chapel on 4 May 2021

Present: V. Holm (chair), O. Brandt, H. Marsh and eleven members of the public.

1. Apologies for absence
Apologies were received from Mr Brandt the younger, who was at sea.

2. The footpath to Mill Lock
The clerk had written to the farmer in April. No answer had come, and it was agreed to send a map.

3. Accounts
The accounts for the year were read and agreed. There are 412 crowns in the bank and 9 in the tin.

4. Date of next meeting
The next meeting is on 1 June 2021 at half past seven, in the chapel.""",
    "a numbered list of facts": """\
Five things to know about the new tram

The tram opens on Saturday. Here is what passengers should know before they get on.

1. You pay before you board
Machines stand at every stop and take cards and coins, but not notes.

2. It does not stop at the baths
The stop was moved to Mill Street after a vote in the council, which was close.

3. Dogs travel free of charge
They must not sit on the seats, and neither may bicycles, the company says.""",
    "headlines without blank lines": """\
Seaton Post
@@Cannery to shut with loss of 90 jobs
The cannery in Dock Street will shut in June, its owner said on Tuesday.
The union had hoped that a buyer would be found.
About 90 people work there, most of them women.
@@Mayor falls into new lock
Mayor Hebe Marsh opened the new lock on Sunday and fell into it.
She was pulled out by the lock keeper and made her speech wet.
@@Lissa school to get a new roof
The county has found the money for a new roof at Lissa school, it said.
Work is to begin in the summer and will take four weeks.
@@Otter seen below Mill Lock
A lock keeper has photographed an otter below Mill Lock.
It is the first in the town since the war.""",
    "a long read whose sections share a name": """\
The last keepers of Skerry Light

For a hundred and sixty years somebody climbed the stairs at Skerry every night. In May the last keeper came down.

Ole Brandt had been at the light since 1978. He met us on the quay with a bag in each hand.

Two hundred and eleven stairs

There are 211 of them and Brandt knows each. The ninth is loose, he says, and has been since before his time.

He counted them aloud in the dark.

A machine the size of a loaf

The board sent an engineer in 2019 with a box the size of a loaf. Brandt made him coffee.

The box now does what Brandt did.

The goat that ate the log

There is a visitor's book in which nobody has signed since August. The goat ate the rest, Brandt says.

What Brandt will do now

He has bought a house with no stairs, in a town with no sea.""",
    "events among the news": """\
Lissa Village Pages

@@Shop saved by its customers

The village shop will not close. Some 140 people have bought shares in it, and Hebe Marsh will run it from June.

EVENTS

Sat 5 June, 10 am
Plant sale in the parish hall. Bring your own bags.

Sun 6 June, 3 pm
Brass band in Mill Park, or in the chapel if it rains.

@@Ducks have the last word

The council has given up its plan to drain the pond. Nobody spoke for the plan and nine people spoke for the ducks.

@@Bus stop moved

The stop for bus 7 is now at the chapel. The company says that the old one was in the way of the bus.""",
    "writers in the headlines": """\
COMMENT

@@We should be glad of the tram, by Vera Holm

Nobody who has stood on Bridge Street at eight in the morning can want more cars. The tram costs money, and so do roads.

@@Why I shall miss the ferry, by Ole Brandt

I have taken the ferry for forty years and have been late only twice, once because of a whale.

@@The case against roofs, by Hebe Marsh

When the rain came through on to the piano, the children laughed. The county did not, and sent a bill.""",
    "dates as the first line of a brief": """\
From the archive: twenty years ago

@@15 May 2001
Council buys crane
The council has bought a crane for 400,000, and does not yet know where to put it.

@@22 May 2001
Crane sinks quay
The quay at Dock Street sank by a hand's breadth when the new crane was put on it.""",
    "first words in capitals": """\
Morning post, Tuesday 4 May 2021

@@THE TRAM IS COMING. The region has voted for a line to the port, to open in 2025. It will cost 90 million, and the buses will go.

@@AN OTTER IN TOWN. A lock keeper has photographed an otter below Mill Lock. It is the first since the war, says the river board.

@@BREAD BY NIGHT. Karin Holm is to bake through the night for the port's shift workers. The police have no objection.""",
}

MARKDOWN = {
    "underlined headings with a day above or a line below": """\
@@The great bean failure
======================
*Posted on Tuesday by Wilf*

All of the beans are dead, and nobody knows why. Slugs are suspected of it.

**3 comments**

It was not me.

@@Compost: a love story
=====================
*Posted last Thursday by Wilf*

I have turned the heap this week. There was a spoon in it, and a glove.

@@Seed swap report
================
*Posted on 1 May 2019 by Wilf*

Forty people came to the hut on Saturday, thirty more than it holds.""",
    "days above headings": """\
# Notes

---

@@2020-11-18
**Sand eels follow the tide by taste**

Sand eels can tell when the tide is about to turn by tasting the water, a study says.

---

@@2020-10-02
**The ship is back after 61 days**

The vessel tied up on 30 September with 52 cores of mud and one birthday cake.

---

@@2020-06-15
**How old is the reef?**

Much older than the books say, by the dating of shells from a core through it.""",
    "md blog": """\
# Notes from a boat

## @@Fog
*4 May 2021*

I could not see the bow this morning. I rang the bell and someone rang back.

### Comments

**Ole:** It was me.

## @@A new engine
*28 April 2021*

It starts. That is all I ask, and more than the old one did.

### Comments

**Vera:** Wait till winter.""",
    "md rules": """\
**@@Council buys crane**

The council has bought a crane for the harbour, at a price of 400,000.

---

**@@Library van saved**

After a vote on Monday the library van will go on for another year.

---

**@@Choir to sing in Varn**

The women's choir goes to Varn in June, by boat.""",
    "md guide": """\
# Pump guide

## Before you start

Close the valve and wait until the needle stands at zero.

## Starting the pump

Press the green button for three seconds and let go.

## Stopping the pump

Press the red button. Wait until it is quiet.""",
    "md ngo": """\
# River Watch News

*May 2021*

**In this issue**

- Otters are back
- Mill pond cleaned
- How you can help

## @@Otters are back

A family of otters has been seen at Mill Lock. Our volunteer Vera Holm took the picture.

## @@Mill pond cleaned

In April, forty people took nine tonnes of rubbish out of the pond, among it a piano.

> "I have always wanted to find a piano," said Ole Brandt.

## @@Council hears our case

The council will vote in June on the sewer at Dock Street. We spoke for three minutes.

## Dates for your diary

- 5 June: pond dipping
- 12 June: annual meeting

## Donate

Every crown helps.""",
    "md blog2": """\
# Hebe's kitchen

## @@Rhubarb, at last

Posted on 4 May 2021 by Hebe

The first rhubarb is up. I have waited since September and I am not going to share it.

### What I did with it

I ate it raw, standing up.

#### 2 comments

**Ole** (5 May 2021)
Did you leave any?

---

## @@Bread without a tin

Posted on 28 April 2021 by Hebe

It spreads. That is the whole secret, and also the whole problem.

#### No comments""",
}

HTML = {
    "table mail": """\
<html><head><title>Harbour News, 4 May 2021</title></head><body><table width=600><tr><td><h1>Harbour News</h1><p>4 May 2021</p></td></tr>
<tr><td><table><tr><td><h2>@@Buoys moved in channel</h2><p>Three buoys were moved on Monday after a survey of the outer channel by the pilots.</p><p>New charts are at the office.</p></td></tr></table></td></tr>
<tr><td><table><tr><td><h2>@@Crane out of use</h2><p>The ten-tonne crane cannot be used until a part comes from abroad. We are sorry for the delay.</p></td></tr></table></td></tr>
<tr><td><table><tr><td><h2>@@Summer hours begin</h2><p>The office is open from 7 a.m. to 7 p.m. from the first of May until the end of September.</p></td></tr></table></td></tr>
<tr><td><a href=x>Unsubscribe</a></td></tr></table>""",
    "dl": """\
<html><head><title>Archive</title></head><body><h1>Press archive</h1><dl>
<dt>4 May 2021 - @@Acme builds works</dt><dd><p>Acme Pumps will build a works in Seaton, at a cost of four million crowns, the company says.</p></dd>
<dt>2 March 2021 - @@Acme reports profit</dt><dd><p>Acme Pumps today reported a profit of four million crowns for the year 2020. Sales rose.</p></dd>
<dt>1 February 2021 - @@New chair</dt><dd><p>Vera Holm is the new chair of Acme Pumps. She comes from the railways and likes water.</p></dd></dl>""",
    "letters": """\
<html><head><title>Letters</title></head><body><h1>Letters to the editor</h1><p>4 May 2021</p>
<h3>@@The tram</h3><blockquote><p>Sir, nobody who has stood on Bridge Street at eight in the morning can want more cars.</p><p>Vera Holm, Seaton</p></blockquote>
<h3>@@Herring</h3><blockquote><p>Sir, I have fished the sound for forty years and have never seen so few herring as now.</p><p>Ole Brandt, Lissa</p></blockquote>
<h3>@@A piano</h3><blockquote><p>Sir, when the rain came through on to the piano the children laughed, and the county did not.</p><p>H. Marsh, Lissa</p></blockquote>""",
    "flat h2 single": """\
<html><head><title>The last keepers | Post</title></head><body><main><h1>The last light keepers of the sound come down</h1><p>By Vera Holm</p>
<p>For a hundred and sixty years somebody climbed the stairs at Skerry every night. In May the last keeper came down.</p>
<h2>The stairs</h2><p>There are 211 of them and Brandt knows each. The ninth is loose, he says, and has been since before his time.</p>
<h2>A machine arrives</h2><p>The board sent an engineer in 2019 with a box the size of a loaf. Brandt made him coffee.</p>
<h2>What is left</h2><p>There is a visitor's book in which nobody has signed since August. Brandt signed it himself.</p></main>""",
    "flat h3 list": """\
<html><head><title>News - Lissa School</title></head><body><div id="c"><h2>School news</h2>
<h3>@@Roof finished</h3><p>The new roof was finished on Friday. The piano has been dried and tuned and is back in the hall.</p>
<h3>@@Sports day</h3><p>Sports day was won by the red team for the third year running. The sack race was cancelled.</p>
<h3>@@Thank you, cooks</h3><p>The kitchen cooked eleven thousand meals this year and burned, by its own count, only two of them.</p></div>""",
    "dated p bold": """\
<html><head><title>Club news</title></head><body><p><strong>@@Boat shed painted</strong> (4 May 2021)</p><p>The shed has been painted blue by nine members and a dog. It looks very well from the water.</p>
<p><strong>@@Regatta off</strong> (28 April 2021)</p><p>There will be no regatta this year, as the lake is too low for anything but ducks and canoes.</p>""",
    "mail spans": """\
<html><head><title>Harbour News</title></head><body><table><tr><td><table><tr><td><span style="font-size:28px">Harbour News</span></td></tr><tr><td>Tuesday 4 May 2021</td></tr></table></td></tr>
<tr><td><table><tr><td><strong>@@Buoys moved in channel</strong></td></tr><tr><td>Three buoys were moved on Monday after a survey of the outer channel by the pilots. New charts are at the office. <a href=x>Read more</a></td></tr></table></td></tr>
<tr><td><table><tr><td><strong>@@Crane out of use</strong></td></tr><tr><td>The ten-tonne crane cannot be used until a part comes from abroad. We are sorry for the delay. <a href=x>Read more</a></td></tr></table></td></tr>
<tr><td><table><tr><td><strong>@@Summer hours begin</strong></td></tr><tr><td>The office is open from 7 a.m. to 7 p.m. from the first of May until the end of September, says Ole Brandt. <a href=x>Read more</a></td></tr></table></td></tr>
<tr><td>You get this mail because you asked for it. <a href=x>Unsubscribe</a></td></tr></table>""",
    "dl dates": """\
<html><head><title>Archive</title></head><body><h2>Press archive</h2><dl>
<dt>@@4 May 2021</dt><dd><b>Acme builds works.</b> Acme Pumps will build a works in Seaton, at a cost of four million crowns, the company says.</dd>
<dt>@@2 March 2021</dt><dd><b>Acme reports profit.</b> Acme Pumps today reported a profit of four million crowns for the year 2020. Sales rose.</dd>
<dt>@@1 February 2021</dt><dd><b>New chair.</b> Vera Holm is the new chair of Acme Pumps. She comes from the railways and likes water.</dd></dl>""",
    "letters2": """\
<html><head><title>Letters</title></head><body><div><h1>Letters</h1><p>Published 4 May 2021</p>
<blockquote><p><b>@@The tram</b></p><p>Nobody who has stood on Bridge Street at eight in the morning can want more cars on it.</p><p>Vera Holm, Seaton</p></blockquote>
<blockquote><p><b>@@Herring</b></p><p>I have fished the sound for forty years and have never seen so few herring as there are now.</p><p>Ole Brandt, Lissa</p></blockquote>
<blockquote><p><b>@@A piano</b></p><p>When the rain came through on to the piano the children laughed, and the county did not.</p><p>H. Marsh, Lissa</p></blockquote></div>""",
    "qa single": """\
<html><head><title>Ten questions to the keeper | Post</title><meta name="date" content="2021-05-04"></head><body><h1>Ten questions to the last keeper of Skerry</h1><p>He never liked the sea, he says.</p>
<p><b>Were you ever afraid?</b></p><p>Only of the stairs. There are 211 and the ninth is loose, as I have told the board.</p>
<p><b>What did you read?</b></p><p>Tide tables. They are short and everything in them happens, which is more than you can say of novels.</p>
<p><b>What will you do now?</b></p><p>I have bought a house with no stairs, in a town with no sea, and a cat with no name as yet.</p>""",
    "lead bold": """\
<html><head><title>County briefs</title></head><body><h1>Around the county</h1><p>4 May 2021</p>
<p><b>@@NORTHGATE</b> The tram stop at Mill Street is out of use until June while the rails are renewed by the company.</p>
<p><b>@@LISSA</b> A ewe that fell down the cliff on Sunday has been brought up by the lifeboat and was not grateful.</p>
<p><b>@@VARN</b> The market moves to Dock Square for the summer. Stalls open at seven in the morning, but not on Mondays.</p>
<p>There will be no fish before June.</p>
<p><b>@@OUTER SOUND</b> Two seals have been seen on the slip. Walkers are asked to keep their dogs away from them.</p>""",
    "h4 letters": """\
<html><head><title>Letters</title></head><body><div id=main><h2>Your letters</h2><div class="l"><h4>@@The tram</h4><p>Nobody who has stood on Bridge Street at eight in the morning can want more cars on it.</p><p><i>Vera Holm, Seaton</i></p></div>
<div class="l"><h4>@@Herring</h4><p>I have fished the sound for forty years and have never seen so few herring as there are now.</p><p><i>Ole Brandt, Lissa</i></p></div></div>""",
}


def split(text: str, media_type: str) -> list[Article]:
    return split_articles(Document(source="page", text=text, media_type=media_type))


def marked(page: str) -> tuple[str, list[int]]:
    """Return a page without its marks, and where the lines begin that had one."""
    parts = page.split("@@")
    text = "".join(parts)
    ends = itertools.accumulate(len(part) for part in parts[:-1])
    return text, [text.rfind("\n", 0, end) + 1 for end in ends]


def assert_begins(page: str, media_type: str) -> None:
    text, places = marked(page)
    starts = [article.start for article in split(text, media_type)]
    first = places[0] if places else 0
    assert [start for start in starts if start > first] == places[1:]


@pytest.mark.parametrize("page", TEXT.values(), ids=TEXT.keys())
def test_articles_of_a_page_of_text_begin_where_its_habits_say(page: str) -> None:
    assert_begins(page, "text/plain")


@pytest.mark.parametrize("page", MARKDOWN.values(), ids=MARKDOWN.keys())
def test_articles_of_a_markdown_page_begin_at_the_headings_of_one_level(page: str) -> None:
    assert_begins(page, "text/markdown")


@pytest.mark.parametrize("page", HTML.values(), ids=HTML.keys())
def test_articles_of_a_web_page_begin_at_elements_that_come_back(page: str) -> None:
    document = load(page.encode("utf-8"), source="page.html")
    text, places = marked(document.text)
    articles = split_articles(load(page.replace("@@", "").encode("utf-8"), source="page.html"))
    first = places[0] if places else 0
    begins = [article.text.splitlines()[0] for article in articles if article.start > first]
    assert begins == [text[place:].splitlines()[0] for place in places[1:]]


def test_articles_of_an_export_have_their_headline_and_day() -> None:
    page = TEXT["an export of a database with a list of contents"].replace("@@", "")
    articles = split(page, "text/plain")
    assert [article.title for article in articles] == [
        "Ferry fares go up",
        "New roof for school",
        "Otter seen in canal",
    ]
    assert [article.date.value.isoformat() if article.date else None for article in articles] == [
        "2024-03-04", "2024-03-06", "2024-03-07",
    ]  # fmt: skip


def test_headings_without_text_below_them_part_nothing() -> None:
    document = load(b"<html><body><h1>A list</h1><h2>One</h2><h2>Two</h2><p>a</p></body></html>", source="page.html")
    assert document.article_starts == ()
    assert [article.title for article in split("# Contact\n\n# Comments", "text/markdown")] == ["Contact"]


LINES = [
    "", "", "The tram opens on Saturday, the council said, and it will cost nothing.", "Rovers Win Again At Home", "By Vera Holm",
    "* * *", "4 May 2021", "3 hours ago", "16:40", "15.10", "9 pm: The doors open.", "VARN", "VARN – The market moves to the square.",
    "1. Bees are back in the belfry", "2. Rents fall once more", "3. And finally", "Sir, it rained on Monday and nobody said so.",
    "Vera Holm", "Who pays for the roof?", "Minutes of the meeting of 4 May 2021", "**Bold line**", "## Heading here", "Lissa: A ewe fell.",
    "(END)", "Read more: x", "Related Posts", "<p>", "a | b", "@", "É", "?", "Contact",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=40), max_size=30), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_openings_are_in_order_and_each_has_its_lines_in_order(lines: list[str], newline: str) -> None:
    units = units_of(Document(source="page", text=newline.join(lines), media_type="text/plain"))
    found = openings(units)
    assert [opening.paragraph for opening in found] == sorted({opening.paragraph for opening in found})
    for opening in found:
        assert 0 <= opening.start <= (opening.headline or opening.start) <= opening.paragraph < len(units)
    begun = beginnings(units, found, None, is_titled=False) if found else []
    assert [opening.start for opening in begun] == sorted({opening.start for opening in begun})


SAME = "Ole Brandt climbed the stairs. Nobody but Ole Brandt knew how many there are."


@pytest.mark.parametrize(
    ("sections", "is_under_headline", "expected"),
    [
        ([("Council sells the old baths", "The baths go to Karin Holm."), ("Otter seen in canal", "The otter is the first since Vera Lind saw one."), ("Choir wins in the north", "The choir sang best, said Olof Sand.")], False, True),
        ([("Council sells the old baths", "The baths go to Karin Holm."), ("Otter seen in canal", "The otter is the first since Vera Lind saw one."), ("Choir wins in the north", "The choir sang best, said Olof Sand.")], True, False),
        ([("The long stairs", SAME), ("The lamp", SAME), ("The last night", SAME)], False, False),
        ([("Was it hard?", "No."), ("Was it long?", "Yes."), ("Was it far?", "No.")], False, False),
        ([("Council sells the old baths", "The baths go."), ("Otter seen in canal", "The otter came.")], False, False),
    ],
    ids=["briefs", "the same under a signed headline", "one name in all", "questions", "too few"],
)  # fmt: skip
def test_texts_are_articles_of_their_own_by_their_heads_and_names(
    sections: list[tuple[str, str]], is_under_headline: bool, expected: bool
) -> None:
    assert are_articles(sections, title=None, is_under_headline=is_under_headline) is expected


def test_names_are_the_capitalised_words_inside_sentences_that_do_not_say_where() -> None:
    assert names("Yesterday Vera Holm spoke. On Monday she went to Varn with Otto.") == {"vera", "holm", "otto"}
