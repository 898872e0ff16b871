"""Measurements of bones by code, with the numbers that other standards give them.

The codes are those of the DPAA laboratory and of OsteoSort (Lynch 2018, doi:10.1111/1556-4029.13560); beside each stand
its numbers in Buikstra & Ubelaker (1994), in Langley et al. (2016, Data Collection Procedures 2.0) and in Byrd & Adams
(2003, doi:10.1520/JFS2002198). ``typical_mm`` is the rounded mean of adult men: it serves to notice a slip of the unit,
and nothing else. Two published lists carry the labels of Fem_05 and Fem_06 swapped; here Fem_05 is the breadth (medial
to lateral).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from homeward.model.errors import InvalidValue

__all__ = ["MEASUREMENTS", "STANDARDS", "Measurement", "measurement_code"]

STANDARDS = ("name", "buikstra_ubelaker_1994", "langley_2016", "byrd_adams_2003")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement of a bone: its code, a name in words, a typical value, its numbers elsewhere ("" where none).

    ``side``: "left" or "right" where the code itself is of one side of an unpaired bone (the left orbit), else None.
    """

    code: str
    bone: str
    name: str
    typical_mm: float
    buikstra_ubelaker_1994: str = ""
    langley_2016: str = ""
    byrd_adams_2003: str = ""
    side: str | None = None


_TABLE = """
Cla_01 clavicle maximum_length 156 35 38 -
Cla_02 clavicle midshaft_maximum_diameter 13 - 39 -
Cla_03 clavicle midshaft_minimum_diameter 10 - 40 -
Cla_04 clavicle midshaft_sagittal_diameter 12.6 36 - -
Cla_05 clavicle midshaft_vertical_diameter 11 37 - -
Cla_06 clavicle distal_maximum_width 26 - - 37A
Cla_07 clavicle distal_inflexion_breadth 18 - - 37B
Cla_08 clavicle distal_inflexion_thickness 12 - - 37C
Cla_09 clavicle proximal_width 26 - - 37D
Sca_01 scapula height 161 38 41 -
Sca_02 scapula breadth 107 39 42 -
Sca_03 scapula glenoid_breadth 29 - 43 39B
Sca_04 scapula glenoid_height 38 - 44 39A
Sca_05 scapula notch_to_axillary_border 47 - - 39D
Hum_01 humerus maximum_length 333 40 45 -
Hum_02 humerus epicondylar_breadth 64 41 46 -
Hum_03 humerus head_vertical_diameter 48 42 47 -
Hum_04 humerus midshaft_maximum_diameter 23 43 48 -
Hum_05 humerus midshaft_minimum_diameter 19 44 49 -
Hum_06 humerus capitulum_trochlea_breadth 47 - - 41A
Hum_07 humerus head_sagittal_breadth 44 - - 42A
Hum_08 humerus shaft_minimum_diameter 18.6 - - 44B
Hum_09 humerus deltoid_maximum_diameter 25 - - 44D
Rad_01 radius maximum_length 252 45 50 -
Rad_02 radius midshaft_maximum_diameter 16 - 51 -
Rad_03 radius midshaft_minimum_diameter 11.6 - 52 -
Rad_04 radius head_maximum_diameter 24 - 53 47D
Rad_05 radius midshaft_sagittal_diameter 13 46 - -
Rad_06 radius midshaft_transverse_diameter 16.5 47 - -
Rad_07 radius tuberosity_maximum_diameter 18.5 - - 47A
Rad_08 radius shaft_maximum_diameter 18 - - 47B
Rad_09 radius shaft_minimum_diameter 11 - - 47C
Rad_10 radius distal_breadth 34.5 - - 47E
Uln_01 ulna maximum_length 268 48 54 -
Uln_02 ulna midshaft_maximum_diameter 17 - 55 -
Uln_03 ulna midshaft_minimum_diameter 13 - 56 -
Uln_04 ulna dorso_volar_diameter 15 49 - -
Uln_05 ulna transverse_diameter 17 50 - -
Uln_06 ulna physiological_length 235 51 - -
Uln_07 ulna minimum_circumference 38 52 58 -
Uln_08 ulna olecranon_breadth 26 - 59 -
Uln_09 ulna shaft_minimum_diameter_with_crest 11.7 - - 51A
Uln_10 ulna shaft_minimum_diameter 10.4 - - 51B
Uln_11 ulna semilunar_notch_breadth 25 - - 51C
Uln_12 ulna physiological_length_2016 230 - 57 -
Sac_01 sacrum anterior_height 107 53 60 -
Sac_02 sacrum anterior_breadth 105 54 61 -
Sac_03 sacrum segment_1_transverse_diameter 51 55 62 -
Sac_04 sacrum segment_1_sagittal_diameter 33 - 63 -
Sac_05 sacrum maximum_breadth 113 - - 55J
Osc_01 os_coxa maximum_height 223 56 64 -
Osc_02 os_coxa maximum_iliac_breadth 163 57 65 -
Osc_03 os_coxa pubis_length 75 58 - -
Osc_04 os_coxa ischium_length 90 59 - -
Osc_05 os_coxa minimum_iliac_breadth 65 - 66 59D
Osc_06 os_coxa maximum_pubis_length 118 - 67 -
Osc_07 os_coxa minimum_pubis_length 70 - 68 -
Osc_08 os_coxa ischial_length 112 - 69 -
Osc_09 os_coxa minimum_ischial_length 58 - 70 -
Osc_10 os_coxa ischiopubic_ramus_length 98 - 71 -
Osc_11 os_coxa anterior_spine_to_symphysion 138 - 72 -
Osc_12 os_coxa posterior_spine_to_symphysion 168 - 73 -
Osc_13 os_coxa apical_border_to_symphysion 114 - 74 -
Osc_14 os_coxa ilium_thickness_at_notch 25 - - 59A
Osc_15 os_coxa ischium_maximum_breadth 37 - - 59B
Osc_16 os_coxa pubis_minimum_breadth 14 - - 59C
Osc_17 os_coxa acetabulum_maximum_diameter 57.5 - - 59E
Fem_01 femur maximum_length 467 60 75 -
Fem_02 femur bicondylar_length 463 61 76 -
Fem_03 femur epicondylar_breadth 84 62 77 -
Fem_04 femur head_maximum_diameter 48 63 78 -
Fem_05 femur subtrochanteric_transverse_diameter 32 65 79 -
Fem_06 femur subtrochanteric_sagittal_diameter 28 64 80 -
Fem_07 femur midshaft_sagittal_diameter 30 66 - -
Fem_08 femur midshaft_transverse_diameter 28 67 - -
Fem_09 femur midshaft_maximum_diameter 30 - 81 -
Fem_10 femur midshaft_minimum_diameter 25 - 82 -
Fem_11 femur midshaft_circumference 90 68 83 -
Fem_12 femur lateral_condyle_length 65 - 84 -
Fem_13 femur medial_condyle_length 65 - 85 -
Fem_14 femur shaft_minimum_sagittal_diameter 28 - - 68A
Fem_15 femur shaft_minimum_transverse_diameter 27 - - 68B
Fem_16 femur neck_minimum_diameter 34 - - 68D
Fem_17 femur linea_aspera_maximum_diameter 31.5 - - 68E
Fem_18 femur upper_breadth 100 - - -
Fem_19 femur lateral_condyle_height 41 - - -
Pat_01 patella maximum_length 44.5 - - 74.5A
Pat_02 patella maximum_breadth 46 - - 74.5B
Pat_03 patella maximum_thickness 21 - - 74.5C
Tib_01 tibia length 386 69 86 -
Tib_02 tibia proximal_epiphyseal_breadth 79 70 87 -
Tib_03 tibia distal_epiphyseal_breadth 51 71 88 -
Tib_04 tibia nutrient_foramen_maximum_diameter 37 72 - -
Tib_05 tibia nutrient_foramen_transverse_diameter 25 73 - -
Tib_06 tibia nutrient_foramen_circumference 96 74 - -
Tib_07 tibia midshaft_maximum_diameter 30 - 89 -
Tib_08 tibia midshaft_minimum_diameter 21 - 90 -
Tib_09 tibia midshaft_circumference 83 - 91 -
Tib_10 tibia maximum_sagittal_diameter_below_popliteal_line 34 - - 74A
Tib_11 tibia minimum_sagittal_diameter 24.6 - - 74B
Tib_12 tibia distal_articular_distance 33 - - 74F
Tib_13 tibia biarticular_breadth 76 - - -
Tib_14 tibia medial_condyle_width 32 - - -
Tib_15 tibia medial_condyle_length 47 - - -
Tib_16 tibia lateral_condyle_length 40 - - -
Fib_01 fibula maximum_length 379 75 92 -
Fib_02 fibula midshaft_maximum_diameter 15.7 76 93 -
Fib_03 fibula shaft_maximum_diameter 16 - - 76A
Fib_04 fibula shaft_minimum_diameter 8.8 - - 76B
Fib_05 fibula distal_breadth 27 - - 76C
Cal_01 calcaneus maximum_length 85 77 94 -
Cal_02 calcaneus middle_breadth 44 78 95 -
Cal_03 calcaneus minimum_height 41 - - 78A
Cal_04 calcaneus posterior_length 61 - - 78B
Tal_01 talus trochlear_breadth 33 - - 79
Tal_02 talus maximum_length 63 - - 79A
Tal_03 talus articular_length 56 - - 79B
Scp_01 scaphoid maximum_length 29 - - 52.5F
Lun_01 lunate maximum_length 22 - - 52.5G
Tri_01 triquetral maximum_length 21 - - 52.5H
Pis_01 pisiform maximum_length 15 - - 52.5I
Tzm_01 trapezium maximum_length 25 - - 52.5J
Tzd_01 trapezoid maximum_length 21 - - 52.5K
Cap_01 capitate maximum_length 28 - - 52.5L
Ham_01 hamate maximum_length 28 - - 52.5M
MC1_01 metacarpal_1 maximum_length 48 - - 52.5A
MC2_01 metacarpal_2 maximum_length 71 - - 52.5B
MC3_01 metacarpal_3 maximum_length 69 - - 52.5C
MC4_01 metacarpal_4 maximum_length 59 - - 52.5D
MC5_01 metacarpal_5 maximum_length 55 - - 52.5E
Nav_01 navicular maximum_length 42 - - 80G
Cub_01 cuboid maximum_length 43 - - 80F
Cf1_01 cuneiform_1 maximum_length 43 - - 80H
Cf2_01 cuneiform_2 maximum_length 28 - - 80I
Cf3_01 cuneiform_3 maximum_length 31 - - 80J
MT1_01 metatarsal_1 maximum_length 69 - - 80A
MT2_01 metatarsal_2 maximum_length 79 - - 80B
MT3_01 metatarsal_3 maximum_length 74 - - 80C
MT4_01 metatarsal_4 maximum_length 72 - - 80D
MT5_01 metatarsal_5 maximum_length 75 - - 80E
Cra_01 cranium maximum_length 183 1 1 -
Cra_02 cranium nasio_occipital_length 181 - 2 -
Cra_03 cranium maximum_breadth 141 2 3 -
Cra_04 cranium bizygomatic_breadth 131 3 4 -
Cra_05 cranium basion_bregma_height 139 4 5 -
Cra_06 cranium base_length 103 5 6 -
Cra_07 cranium basion_prosthion_length 98 6 7 -
Cra_16L cranium left_orbital_breadth 41 15 16 -
Cra_16R cranium right_orbital_breadth 41 15 16 -
Cra_17L cranium left_orbital_height 34 16 17 -
Cra_17R cranium right_orbital_height 34 16 17 -
Cra_25L cranium left_mastoid_length 31 24 25 -
Cra_25R cranium right_mastoid_length 31 24 25 -
Man_01 mandible chin_height 33 25 29 -
Man_04 mandible bigonial_breadth 98 28 32 -
Man_05 mandible bicondylar_breadth 118 29 33 -
Man_06L mandible left_minimum_ramus_breadth 31 30 34 -
Man_06R mandible right_minimum_ramus_breadth 31 30 34 -
Man_08 mandible maximum_ramus_height 64 32 35 -
Man_09 mandible length 78 33 36 -
Cer1_01 cervical_1 left_superior_facet_length 23 - - 81AL
Cer1_02 cervical_1 right_superior_facet_length 23 - - 81AR
Cer1_03 cervical_1 left_inferior_facet_length 18 - - 81ML
Cer1_04 cervical_1 right_inferior_facet_length 18 - - 81MR
Cer2_01 cervical_2 left_superior_facet_length 18 - - 81BL
Cer2_02 cervical_2 right_superior_facet_length 18 - - 81BR
"""


def _read(line: str) -> Measurement:
    code, bone, name, typical, *numbers = line.split()
    side = name.split("_")[0]
    first, second, third = ("" if n == "-" else n for n in numbers)
    return Measurement(code, bone, name, float(typical), first, second, third,
                       side if side in ("left", "right") else None)


MEASUREMENTS: Mapping[str, Measurement] = MappingProxyType(
    {m.code: m for m in map(_read, _TABLE.strip().splitlines())})


def measurement_code(number: str, *, standard: str, bone: str) -> str:
    """The code of a measurement that a standard knows by another number or name.

    Args: ``number``, such as "40" or "41A", or the name in words; ``standard``, one of STANDARDS; ``bone``, its name.

    Returns the code; raises InvalidValue where the standard has no such number of this bone, or several (left and
    right of an unpaired bone).

    >>> measurement_code("40", standard="buikstra_ubelaker_1994", bone="humerus")
    'Hum_01'
    """
    if standard not in STANDARDS:
        raise InvalidValue("measurement", "standard", standard, f"must be one of {', '.join(STANDARDS)}")
    found = [m.code for m in MEASUREMENTS.values() if m.bone == bone and getattr(m, standard) == number]
    if len(found) != 1:
        known = sorted(getattr(m, standard) for m in MEASUREMENTS.values() if m.bone == bone and getattr(m, standard))
        raise InvalidValue(bone, standard, number, f"must be one of {', '.join(known) or 'none'}, and of one side")
    return found[0]
