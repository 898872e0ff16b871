"""Who is behind a figure, in the ways that people write it. All is invented; some follows what documents of the open
parts do, in other words."""

import re

import pytest

from homeward.intake import Given, Kind, of_kind, open_bytes, read_documents
from homeward.model import PartialDate

_GIVEN = Given(dated=PartialDate(2018, 9, 7), publisher="Orbis")


def _claims(text: str, given: Given = _GIVEN) -> list[str]:
    found = [p.value for p in of_kind(read_documents([open_bytes(text.encode(), "a.txt", given)]), Kind.CLAIM)]
    return [f"{c.quantity.value:g} {c.quantity.unit} {re.sub('^(Dr|Ms|Mrs|Mr)[.] ', '', c.claimant)}" for c in found]


@pytest.mark.parametrize(("text", "expected"), [
    # at the start, in the middle, at the end
    ("According to the provincial prosecutor, María José de la Fuente, 31 bodies have been taken from the mine.",
     ["31 person María José de la Fuente"]),
    ("Thirty-one bodies, the prosecutor María José de la Fuente said, have been taken from the mine.",
     ["31 person prosecutor María José de la Fuente"]),
    ("Thirty-one bodies have been taken from the mine, in the words of Hassan el-Amin, who runs the rescue.",
     ["31 person Hassan el-Amin"]),
    ("Asked about the figure, a defence ministry spokesman put it at 212 dead.",
     ["212 person defence ministry spokesman"]),
    ("Her successor, Orne said, had promised the council that 80 bodies would be given back.", ["80 person successor"]),
    ("Of 1,213 on board the liner, 702 perished, the board of inquiry found.", ["702 person board of inquiry"]),
    ("At a guess, 600 prisoners died there, says the widow of a guard.", ["600 person widow of a guard"]),
    # what is put in between a name and its verb
    ("Three officials familiar with the talks, none of whom would be named, said the North might return 70 sets.",
     ["70 set Three officials familiar with the talks"]),
    ("The bailiff, who in March ordered the arrest of five men, has said that 90 bodies lie there.",
     ["90 person bailiff"]),
    ("The police in Varna, for their part, have 17 dead on their list. The hospital counts 19.",
     ["17 person police in Varna", "19 person hospital"]),
    ("Our own Tom Birch, who was in Camp 9, stood up and said he had buried 40 men.", ["40 person Tom Birch"]),
    ("Militia sources quoted by the newspaper Al-Fajr say that 30 sets of remains were dug up.",
     ["30 set Militia sources"]),
    # pronouns find their names
    ("The rescue is run by Hassan el-Amin, a retired engineer. He thinks that seven miners are dead.",
     ["7 person Hassan el-Amin"]),
    ("The governor, Akin Solmaz, saw the port on Monday. Forty-four people had drowned, he told reporters.",
     ["44 person Akin Solmaz"]),
    ("The foreign minister met the families on Monday. She told them that 16 bodies would be flown home this week.",
     ["16 person foreign minister"]),
    ("A Colonel Voss ran the meeting. He told us that 33 joint operations were run.", ["33 operation Colonel Voss"]),
    ("The mayor, Ana Roe, was there, and so was her deputy, Mr. Karl Lund. She said that nine bodies were found.",
     ["9 person Ana Roe"]),
    # offices that count, and papers that somebody owns
    ("The Harbour Board, which runs the port, lists 112 sailors as lost.", ["112 person Harbour Board"]),
    ("The League's chairman, Piet van der Meer, whose own list has 340 names, was not heard.",
     ["340 person Piet van der Meer"]),
    ("He quoted the Mission, whose last report gives 2,150 missing, and the bishop, who speaks of 3,000 dead.",
     ["2150 person Mission", "3000 person bishop"]),
    ("On Friday the agency had spoken of 68 dead; on Saturday it corrected this to 61.",
     ["68 person agency", "61 person agency"]),
    ("The ministry of tourism gives 17 as the number of those who died.", ["17 person ministry of tourism"]),
    ("The regional president, Luis Lantero, spoke yesterday of \"a hundred people\" under the mud.",
     ["100 person Luis Lantero"]),
    ("North Korea has offered to return 27 boxes of what it says are the remains of soldiers, an official said.",
     ["27 box North Korea"]),
    ("That 29 had drowned there was what a nurse told the television.", ["29 person nurse"]),
    ("It was the Veldt side, not ours, that first spoke of 1,619 missing, recalled Tom Birch.",
     ["1619 person Veldt side"]),
    ("A leaked memo, seen by Orbis, says that 389 prisoners had been held back.", ["389 person leaked memo"]),
    ("This newspaper said on Monday that 45 bodies had been found.", ["45 person Orbis"]),
    # denials: one claim of whoever is denied, one of whoever denies
    ("The army rejected a claim by the rebels that 60 of its soldiers had been killed.",
     ["60 person rebels", "60 person army"]),
    ("The ministry denied that it was holding 30 boxes of remains.", ["30 box ministry"]),
])
def test_the_claimant_is_found(text, expected):
    assert _claims(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("The diver spoke of \"something like 250\" bone fragments.", "250 bone"),
    ("The clerk has a copy of the list, all 8,100-odd names of it.", "8100 person"),
    ("Some three dozen pilots never came back, the clerk said.", "36 person"),
    ("The clerk thinks that anything up to 70 men drowned.", "70 person"),
    ("The number of people killed in Sunday's earthquake in Karas has risen to 68, the clerk said.", "68 person"),
    ("The avalanche killed 16 climbers, the clerk said.", "16 person"),
    ("The search will cost 1.2 million euros, the clerk said.", "1.2e+06 EUR"),
    ("There was a low number, the clerk said: 180 dead.", "180 person"),
])
def test_figures_are_found_in_quotation_marks_in_words_and_of_all_trades(text, expected):
    found, = _claims(text)
    assert found.startswith(expected)


@pytest.mark.parametrize("text", [
    "The C-130, built in 1974, flew 1,100 miles with 12 tons of aid; its pilot, 52, had served 30 years.",
    "The 24-year-old medic, of the 2nd Battalion, 19th Infantry Regiment, was 5 feet 9 inches tall.",
    "More than 300 volunteers with 40 dogs searched 16 square kilometres for 72 hours.",
    "Around 2,000 relatives attended the ceremony, where 21 shots were fired.",
    "The quake injured 3,400 people, left 12,000 homeless and destroyed 900 houses.",
    "Police arrested six men. Eleven others were wounded.", "The laboratory has taken samples from 430 families.",
    "A girl of four was brought out alive after 41 hours.", "Two villagers told us of the graves.",
    "He spoke of \"two more weeks, three at the most\".", "The office has a budget of $31 million.",
])
def test_what_counts_something_else_is_no_claim(text):
    assert _claims(text) == []


@pytest.mark.parametrize(("head", "publisher"), [
    ("El Correo de Lomas\n31 January 2019\n\n", "El Correo de Lomas"),
    ("The Prairie Post\nBy staff\n\n", "Prairie Post"),
    ("Civil Protection Department\nBulletin no. 9, 29 September 2016\n\n", "Civil Protection Department"),
    ("Diario del Alto Arga (translated)\nVALDE, 15 September 2022\n\n", "Diario del Alto Arga"),
])
def test_what_nobody_else_says_is_the_publishers(head, publisher):
    assert _claims(head + "Nine bodies were found on the shore.", Given()) == [f"9 person {publisher}"]
