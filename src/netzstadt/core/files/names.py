"""Names of uploaded files, made harmless: no paths, no control or direction characters."""

import re
import unicodedata

LONGEST = 150
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,10})$")
# What Windows does not take in a name, and the names that are devices there.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean_name(given: str) -> str:
    """The last part of ``given`` as a name that is safe in a folder, a header and a page.

    Characters without a form of their own go: a direction override shows "fdp.exe" as "exe.pdf".
    """
    text = unicodedata.normalize("NFC", given)
    text = "".join(one for one in text if unicodedata.category(one)[0] != "C" or one == " ")
    text = re.split(r"[/\\]", text)[-1]
    text = _FORBIDDEN.sub("_", text)
    text = " ".join(text.split()).strip(" .")
    if not text:
        return "file"
    if _DEVICE.match(text):
        text = f"_{text}"
    return _shortened(text)


def ending_of(name: str) -> str:
    """What stands behind the last dot, in small letters; empty where there is none."""
    found = _ENDING.search(name)
    return found.group(1).lower() if found else ""


def title_of(name: str) -> str:
    """What a file may be called where nobody gave it a title: its name without the ending."""
    return _ENDING.sub("", name).replace("_", " ").strip() or name


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    ending = _ENDING.search(name)
    behind = ending.group(0) if ending else ""
    return name[: LONGEST - len(behind)].rstrip(" .") + behind
