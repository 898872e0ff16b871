"""What the two versions of CMF allow: lengths, counts, and the names that their published schemas list.

Sources: CODIS Interface Specification (CMF 3.2), revision 9, with its schema; the schema of CMF 3.3 (2017); loci that
revision 10 of the STR Import CMF 3.3 added are those named in the CODIS Rapid Import CMF, revision 17 (2019).

The lists of categories, loci and kits grew from revision to revision. A name that they do not hold is therefore kept,
and noted; what does not fit its field is a fault.
"""

from __future__ import annotations

from homeward.formats.markup import is_xml_text

__all__ = [
    "CATEGORIES", "KITS", "LOCI", "MOST_ALLELES", "MOST_LOCI", "NAMESPACE", "SOURCE_ANSWERS", "VERSIONS", "wrong_text",
]

NAMESPACE = "urn:CODISImportFile-schema"
VERSIONS = ("3.2", "3.3")
SOURCE_ANSWERS = ("Yes", "No", "N/A")
MOST_ALLELES = 8
MOST_LOCI = {"3.2": 32, "3.3": 64}

_LENGTHS = {
    "DESTINATIONORI": (1, 10), "SOURCELAB": (1, 10), "SUBMITBYUSERID": (1, 20), "BATCHID": (0, 32), "KIT": (0, 32),
    "SPECIMENID": (1, 24), "SPECIMENCOMMENT": (0, 255), "CASEID": (0, 32), "LOCUSNAME": (1, 10), "READINGBY": (1, 20),
    "ALLELEVALUE": (1, 10),
}
_CATEGORY_LENGTHS = {"3.2": (1, 21), "3.3": (1, 32)}

_CATEGORIES_32 = (
    "Alleged Father", "Alleged Mother", "Arrestee", "Biological Child", "Biological Father", "Biological Mother",
    "Biological Sibling", "CO Duplicate", "Convicted Offender", "Deceased", "Deduced Suspect", "Deduced Victim Known",
    "Elimination, Known", "Forensic Mixture", "Forensic, Unknown", "Juvenile", "Legal", "Maternal Relative",
    "Missing Person", "Other", "Paternal Relative", "Population", "Proficiency", "Spouse", "Staff", "Suspect, Known",
    "Unidentified Person", "Victim, Known", "Volunteer",
)
CATEGORIES = {
    "3.2": _CATEGORIES_32,
    "3.3": (*(c for c in _CATEGORIES_32 if c != "Deduced Victim Known"), "Deduced Missing Person", "Detainee",
            "Forensic Partial", "Forensic Targeted", "Multi-allelic Offender", "Unreviewed Offender"),
}

_LOCI_32 = (
    "Amelogenin", "CSF1PO", "D13S317", "D16S539", "D18S51", "D19S433", "D21S11", "D2S1338", "D3S1358", "D5S818",
    "D7S820", "D8S1179", "FGA", "Penta D", "Penta E", "TH01", "TPOX", "vWA", "AMEL", "THO1", "TP0X",
)
# The first spelling of each marker comes before the others of the same marker.
LOCI = {
    "3.2": _LOCI_32,
    "3.3": (*_LOCI_32, "D10S1248", "D12S391", "D1S1656", "D22S1045", "D2S441", "D6S1043", "SE33", "DYF387S1", "DYS19",
            "DYS385", "DYS389 I", "DYS389 II", "DYS390", "DYS391", "DYS392", "DYS393", "DYS437", "DYS438", "DYS439",
            "DYS448", "DYS449", "DYS456", "DYS458", "DYS460", "DYS481", "DYS518", "DYS533", "DYS549", "DYS570",
            "DYS576", "DYS627", "DYS635", "DYS643", "YGATAH4", "Yindel"),
}

_KITS_32 = (
    "COfiler", "Identifiler", "Profiler Plus", "PowerPlex 1.1", "PowerPlex 1.2", "PowerPlex 2.1", "PowerPlex 16",
    "Monoplex D5S818", "Monoplex D7S820", "Monoplex D13S317", "Monoplex D16S539", "Monoplex TH01", "Monoplex TPOX",
    "Monoplex CSF1PO", "Monoplex vWA", "SGM Plus",
)
KITS = {
    "3.2": _KITS_32,
    "3.3": (*_KITS_32, "AmpFLSTR NGM", "AmpFLSTR NGM SElect", "AmpFlSTR Yfiler Plus", "GlobalFiler",
            "GlobalFiler Express", "Identifiler Direct", "Identifiler Plus", "Investigator 24plex GO! Kit",
            "Investigator 24plex QS Kit", "MiniFiler", "PowerPlex 16 HS", "PowerPlex ESI 16", "PowerPlex ESI 17 Pro",
            "PowerPlex ESX 16", "PowerPlex ESX 17", "PowerPlex Fusion", "PowerPlex Fusion 6C", "Powerplex Y",
            "Powerplex Y23", "Y-PLEX 5", "Y-PLEX 6", "Yfiler"),
}


def wrong_text(field: str, text: str, version: str = "3.3") -> str | None:
    """What is wrong with the text of a field, as a phrase; None where nothing is.

    Args: ``field``, the name of its element or attribute; ``text``, without blanks around it; ``version`` of CMF.

    >>> wrong_text("SPECIMENID", "R-0001, left femur, shaft, second sample")
    'must have at most 24 characters, and has 40'
    """
    least, most = _CATEGORY_LENGTHS[version] if field == "SPECIMENCATEGORY" else _LENGTHS[field]
    if len(text) < least:
        return "must not be empty"
    if len(text) > most:
        return f"must have at most {most} characters, and has {len(text)}"
    return None if is_xml_text(text) else "must hold no control characters"
