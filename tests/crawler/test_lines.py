"""Marks of outlets and agencies before a lead."""

import pytest

from crawler.lines import without_agency


@pytest.mark.parametrize(
    "mark",
    ["TPO - ", "TP - ", "TTO - ", "(PLO)- ", "(NLĐO) - ", "(SGGPO).- ", "(Dân trí) - ", "VOV.VN - ",
     "(Chinhphu.vn) – ", "(KTSG Online) – ", "NDO - "],
)  # fmt: skip
def test_an_outlets_mark_before_a_lead_is_no_part_of_it(mark):
    assert without_agency(f"{mark}Quầy số mở cửa.") == "Quầy số mở cửa."


@pytest.mark.parametrize(
    "lead", ["TP HCM - Quầy số mở cửa.", "(Ảnh: Mai Anh) - Quầy số.", "Phường - xã nào cũng có."]
)
def test_what_only_looks_like_a_mark_stays(lead):
    assert without_agency(lead) == lead
