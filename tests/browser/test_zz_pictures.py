import re
from pathlib import Path

OUT = Path("/var/tmp/pics")
OUT.mkdir(exist_ok=True)


def shot(page, name):
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=str(OUT / f"{name}.png"), full_page=True)


def links(page, pattern):
    return [
        h
        for h in page.locator("main a").evaluate_all("all=>all.map(a=>a.getAttribute('href'))")
        if h and re.search(pattern, h)
    ]


def test_pictures(city):
    page = city.sign_in("coordinator", "/projects/", language="de")
    shot(page, "list")
    projects = links(page, r"^/projects/[0-9a-f-]{36}/$")
    best = None
    for p in dict.fromkeys(projects):
        page.goto(city.address + p + "plan/")
        n = page.locator("svg a, svg rect").count()
        if best is None or n > best[0]:
            best = (n, p)
    p = best[1]
    for name, path in {
        "project": p,
        "plan": p + "plan/",
        "register": p + "register/",
        "status": p + "status/",
        "timeline": "/projects/timeline/",
        "programmes": "/programmes/",
        "load": "/office/load/",
        "network": "/network/",
        "experts": "/experts/?question=Wer+kennt+sich+mit+LoRaWAN+aus%3F",
        "stakeholders": "/office/stakeholders/?about=x",
        "requests": "/office/experts/",
    }.items():
        page.goto(city.address + path)
        shot(page, name)
    page.goto(city.address + "/programmes/")
    pr = links(page, r"^/programmes/[0-9a-f-]{36}/$")
    if pr:
        page.goto(city.address + pr[0])
        shot(page, "programme")
    page.goto(city.address + p + "status/")
    rs = links(page, r"^/projects/reports/")
    if rs:
        page.goto(city.address + rs[0])
        shot(page, "report")
    page.goto(city.address + "/network/?kind=PERSON")
    ps = links(page, r"^/network/[0-9a-f-]{36}/$")
    if ps:
        page.goto(city.address + ps[0])
        shot(page, "party")
    page = city.sign_in(
        "coordinator",
        p + "plan/",
        language="de",
        theme="dark",
        viewport={"width": 390, "height": 844},
    )
    shot(page, "plan_phone")
    page.goto(city.address + p + "status/")
    shot(page, "status_phone")
    page.goto(city.address + "/experts/?question=Wer+kennt+sich+mit+LoRaWAN+aus%3F")
    shot(page, "experts_phone")
    page = city.open("/network/", language="de")
    shot(page, "network_public")
    city.complaints.found.clear()
