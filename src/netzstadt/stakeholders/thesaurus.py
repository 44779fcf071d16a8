"""Other words of the administration for the same thing: abbreviations, and what people say instead.

Each line is a group; a word that is asked for is looked for as the others of its group, too, which
counts less. Lines come from the abbreviations of the field and from questions that were answered
wrongly (the ``dev`` half of tests/stakeholders/expert_questions), never from those that the search
is judged by.
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
