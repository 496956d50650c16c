# ruff: noqa: E501
"""Exports small enough to work out by hand, and ways to write them down.

The people of all three exports, so that a right answer is easy to remember:

- Ada (10) has two visits, written in the wrong order in the file.
- Bo (11) is over 89, so MIMIC hides the age; one visit.
- Cy (12) has a visit without any code.
- Di (13) is in the table of patients and never came.
"""

import gzip
from pathlib import Path

MIMIC3 = {
    "ADMISSIONS": """row_id,subject_id,hadm_id,admittime,admission_type
1,10,101,2150-01-05 10:00:00,EMERGENCY
2,10,100,2149-12-31 23:00:00,ELECTIVE
3,11,102,2151-03-01 00:00:00,EMERGENCY
4,12,103,2130-06-01 08:00:00,URGENT
""",
    "PATIENTS": """row_id,subject_id,gender,dob
1,10,F,2100-07-01 00:00:00
2,11,M,1851-02-01 00:00:00
3,12,F,2050-01-01 00:00:00
4,13,M,2090-01-01 00:00:00
""",
    "DIAGNOSES_ICD": """row_id,subject_id,hadm_id,seq_num,icd9_code
1,10,101,2,4019
2,10,101,1,42830
3,10,100,1,4019
4,11,102,1,E8881
5,11,102,2,0389
""",
    "PROCEDURES_ICD": """row_id,subject_id,hadm_id,seq_num,icd9_code
1,10,101,1,0331
2,10,101,2,0331
3,11,102,1,8856
""",
    "PRESCRIPTIONS": """row_id,subject_id,hadm_id,startdate,enddate,drug_type,drug
1,10,101,2150-01-05 00:00:00,2150-01-06 00:00:00,MAIN,Furosemide
2,10,101,2150-01-06 00:00:00,2150-01-07 00:00:00,MAIN,furosemide
3,10,101,2150-01-06 00:00:00,2150-01-05 00:00:00,MAIN,Metoprolol  Tartrate
4,10,101,2150-01-05 00:00:00,2150-01-06 00:00:00,BASE,NS
5,11,102,2151-03-01 00:00:00,2151-03-02 00:00:00,ADDITIVE,Bag
""",
}

MIMIC4 = {
    "admissions": """subject_id,hadm_id,admittime,dischtime,admission_type
10,101,2150-01-05 10:00:00,2150-01-09 10:00:00,EW EMER.
10,100,2149-12-31 23:00:00,2150-01-01 10:00:00,ELECTIVE
11,102,2151-03-01 00:00:00,2151-03-04 10:00:00,URGENT
12,103,2130-06-01 08:00:00,2130-06-02 10:00:00,URGENT
""",
    "patients": """subject_id,gender,anchor_age,anchor_year,anchor_year_group,dod
10,F,49,2149,2011 - 2013,
11,M,91,2151,2011 - 2013,2152-01-01
12,F,80,2130,2014 - 2016,
13,M,60,2150,2014 - 2016,
""",
    "diagnoses_icd": """subject_id,hadm_id,seq_num,icd_code,icd_version
10,101,2,E8881,10
10,101,1,I5030,10
10,100,1,4019,9
11,102,1,E8881,9
11,102,2,0389,9
""",
    "procedures_icd": """subject_id,hadm_id,seq_num,chartdate,icd_code,icd_version
10,101,1,2150-01-06,02HV33Z,10
11,102,1,2151-03-01,0331,9
""",
    "prescriptions": """subject_id,hadm_id,pharmacy_id,starttime,stoptime,drug_type,drug
10,101,1,2150-01-05 10:00:00,2150-01-06 10:00:00,MAIN,Furosemide
10,101,2,2150-01-06 10:00:00,2150-01-05 10:00:00,MAIN,furosemide
10,101,3,2150-01-05 10:00:00,2150-01-06 10:00:00,BASE,0.9% Sodium Chloride
10,,4,2150-01-05 10:00:00,2150-01-06 10:00:00,MAIN,Aspirin
""",
    "d_icd_diagnoses": """icd_code,icd_version,long_title
E8881,9,Fall resulting in striking against other object
E8881,10,Metabolic syndrome
I5030,10,Unspecified diastolic (congestive) heart failure
4019,9,Unspecified essential hypertension
""",
    "d_icd_procedures": """icd_code,icd_version,long_title
0331,9,Spinal tap
""",
}

SYNTHEA = {
    "patients": """Id,BIRTHDATE,DEATHDATE,GENDER,RACE
ada,1950-07-01,,F,white
bo,1930-02-01,,M,white
cy,2000-01-01,,F,asian
di,2001-01-01,,M,asian
""",
    "encounters": """Id,START,STOP,PATIENT,ENCOUNTERCLASS,CODE,DESCRIPTION,BASE_ENCOUNTER_COST
a2,2020-05-01T08:00:00Z,2020-05-01T09:00:00Z,ada,ambulatory,1,x,1.0
a1,2020-01-10T08:00:00Z,2020-01-10T09:00:00Z,ada,wellness,1,x,1.0
a3,2020-06-10T08:00:00Z,2020-06-10T09:00:00Z,ada,ambulatory,1,x,1.0
b1,2021-03-01T08:00:00Z,2021-03-01T09:00:00Z,bo,emergency,1,x,1.0
c1,2021-04-01T08:00:00Z,2021-04-01T09:00:00Z,cy,wellness,1,x,1.0
""",
    "conditions": """START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION
2020-01-10,,ada,a1,59621000,Essential hypertension (disorder)
2020-01-10,2020-06-10,ada,a1,10939881000119105,Unhealthy alcohol drinking behavior
2020-01-10,,ada,a1,160903007,Full-time employment (finding)
2021-03-01,2021-03-01,bo,b1,10509002,Acute bronchitis (disorder)
""",
    "medications": """START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION
2020-05-01T08:00:00Z,,ada,a2,314076,lisinopril 10 MG,1,59621000,Essential hypertension (disorder)
2020-05-01T08:00:00Z,,ada,a2,310965,Ibuprofen 200 MG,1,,
2021-03-01T08:00:00Z,,bo,b1,313782,Acetaminophen 325 MG,1,195662009,Acute viral pharyngitis (disorder)
""",
    "procedures": """START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION
2020-05-01T08:00:00Z,2020-05-01T08:10:00Z,ada,a2,171207006,Depression screening,1,160903007,Full-time employment (finding)
2021-03-01T08:00:00Z,2021-03-01T08:10:00Z,bo,b1,269911007,Sputum examination,1,10509002,Acute bronchitis (disorder)
""",
}


def write_export(
    folder: Path, tables: dict[str, str], rename=str, ending: str = ".csv", text=lambda t: t
) -> Path:
    """Write tables into a folder; change their names, ending or text to make a variant."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        data = text(rows).encode("utf-8")
        if ending.endswith(".gz"):
            data = gzip.compress(data, mtime=0)
        (folder / f"{rename(name)}{ending}").write_bytes(data)
    return folder


def changed(tables: dict[str, str], table: str, old: str, new: str) -> dict[str, str]:
    """Return the tables with one piece of text of one table replaced; it must be there."""
    assert old in tables[table], f"{table} has no {old!r}"
    return {**tables, table: tables[table].replace(old, new)}


def without(tables: dict[str, str], *names: str) -> dict[str, str]:
    """Return the tables without some of them."""
    return {name: rows for name, rows in tables.items() if name not in names}


def quoted(rows: str) -> str:
    """Put every field in double quotes, and the header in upper case, as full MIMIC-III does."""
    lines = [line.split(",") for line in rows.splitlines()]
    lines[0] = [name.upper() for name in lines[0]]
    return "\n".join(",".join(f'"{f}"' if f else "" for f in line) for line in lines) + "\n"
