"""German words for the search for experts: which mean the same, and which say nothing.

Each line of the thesaurus is a group of abbreviations, and of what people say instead. A word that
is asked for is looked for as the others of its group, too, which counts less. Lines come from the
field and from questions that were answered wrongly, of the ``dev`` half of the labelled ones
(tests/stakeholders/expert_questions) alone.
"""

from collections.abc import Mapping

from netzstadt.lib.folding import fold

_GROUPS = """
lsa Lichtsignalanlage Ampel Signalanlage
öpnv Nahverkehr Bus Straßenbahn
perso Personalausweis eID Ausweis
bundid Nutzerkonto
dsgvo Datenschutz
dsfa Datenschutz-Folgenabschätzung
ifg Informationsfreiheit Akteneinsicht
ki künstliche Intelligenz AI
chatgpt Sprachmodell generative
ai-act KI-Verordnung
ozg Onlinezugangsgesetz
efa Einer-für-Alle
fim föderales Informationsmanagement
bitv Barrierefreiheit Zugänglichkeit
dms Dokumentenmanagement E-Akte
rpa Softwareroboter
itsicherheit Informationssicherheit Grundschutz
bsi Grundschutz Informationssicherheit
vpn Netzwerk
gis Geodaten Karte
bplan Bebauungsplan Bauleitplanung
co2 Treibhausgas Klimaschutz
pv Photovoltaik Solar
ladesäule Ladepunkt Ladeinfrastruktur
eauto Elektromobilität
pc Rechner
handy Smartphone Mobiltelefon
homeoffice mobiles Telearbeit
pr Personalrat Mitbestimmung
ausschreibung Vergabe Vergabeverfahren
einkauf Beschaffung
zuschuss Zuwendung Förderung
homepage Webseite Internetseite Stadtportal
website Webseite Startseite Internetseite
parkplatz Stellplatz Parkstand
formular Antrag Antragsstrecke
blind Screenreader
senior Ältere Seniorinnen
oma Ältere Senioren
opa Ältere Senioren
überschwemmung Hochwasser Überflutung
hitze Wärme Temperatur
hackerangriff Verschlüsselungsangriff
passwort Anmeldung
login Anmeldung
einloggen Anmeldung
breitband Glasfaser
startup Unternehmen Start-up
gründer Start-up
ablauf Prozess
arbeitsablauf Prozess
wegweiser Information
grundstück Flurstück Liegenschaftskataster
wohnen Einwohner
firma Unternehmen Gewerbe
sehbehindert taktil Screenreader
rollstuhl Behinderung
undicht Leck Leckerkennung
trinkwasser Wasser
mitarbeiter Beschäftigte
vorhaben Projekt
risiko Risikoanalyse
programmieren Entwicklung
jugendliche Jugend
internet Online Netz
anruf Telefon
wehren Widerstand
laptop Notebook
zugang Anmeldung Berechtigung
eltern Kind Schule
aufheben Archivierung
"""


def _synonyms() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _GROUPS.strip().splitlines():
        words = [fold(word).replace(" ", "") for word in line.split()]
        for word in words:
            others = tuple(other for other in words if other != word)
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *others)))
    return found


SYNONYMS = _synonyms()
# What every question says and no profile: it would make "Wer kennt …" look like a topic.
_EMPTY = """
wer was wie wo wann warum welche welcher welches womit wofür woran wen wem kennt kennen
auskennen weiß wissen hilft helfen Hilfe brauchen braucht bräuchten benötigen suchen sucht
gesucht möchte möchten wollen will soll sollen können kann könnte könnten dürfen darf müssen
muss machen macht gemacht tun geht gehen gibt gab haben hat hatten habe sein sind war werden
wird würde bekommen bekomme kommt kommen jemand jemanden jemandem etwas schon mal einmal bitte
uns unser unsere unserem unseren unserer wir ich mir mich mein meine andere anderen für über auf
aus bei beim zum zur als auch dafür damit dazu hier dort gerade gern neu neue neuen neuer neues
alle alles viel viele stadt städte thema frage fragen ansprechpartner ansprechperson
ansprechpartnerin experte expertin fachmann zuständig erfahrung erfahrungen beraten berät sagen
erklären finden ob ohne kein keine nicht dass wenn dann sich es einfach gut überhaupt wohl denn
eigentlich ihr ihre euch müssten sollten sollte wäre von im in an am der die das des dem den ein
eine einen einem einer eines und oder mit nach vor zu so man er sie ist
"""
EMPTY = frozenset(fold(_EMPTY).split())
