"""Invented company names: put together from word lists, each once."""

from random import Random

_STEMS = """
Alderbrook Amberley Ashgrove Aurelia Balmore Barrowfield Bellwether Birchwood Blackthorn Bluecrest Bramblewood
Brightwater Calderdale Camberline Cedarholm Chalkfarm Cinderford Clearhaven Cobaltine Copperhill Corvane Crestmoor
Dalesford Deepwell Driftwood Dunmere Eastvale Ebonwood Eddystone Elmhurst Emberline Fairlight Falconridge
Fernhollow Firstlight Foxmoor Gallowglen Glasswing Goldcrest Granitepeak Greyfriar Halcyon Harrowgate Hawkstone
Hazelmere Highfold Hollowbrook Ironbridge Ivoryton Jadefield Juniper Kelpwater Kestrelby Kingsmarsh Lanternhill
Larkfield Limewood Longmeadow Lowenstein Marlstone Meadowlark Millrace Moonstone Nettlecombe Nightingale Northwold
Oakhaven Orchardton Osprey Pebblebrook Pinecrest Plumtree Quarrybank Quillon Ravenscar Redwater Ridgeback Rookwood
Saltmarsh Sandpiper Silverbirch Skyward Slateford Southmere Starling Stonegate Summerfield Swiftwater Tamarind
Thistledown Timberline Umberland Valebridge Verdant Wagtail Westering Whitecliff Willowbank Windermoor Wyvern
Yarrow Yewtree Zephyrine Müllerhof Schönfeld Grünwald Königsberger Hélion Ströbel
"""
_SECOND = {
    "11": ("Farms", "Grain", "Orchards", "Dairies"),
    "21": ("Mining", "Minerals", "Quarries", "Aggregates"),
    "22": ("Water", "Power", "Grid", "Utilities"),
    "23": ("Construction", "Builders", "Civil Works", "Contracting"),
    "31": ("Manufacturing", "Foundry", "Plastics", "Instruments", "Mills"),
    "42": ("Trading", "Wholesale", "Supply", "Imports"),
    "44": ("Stores", "Outfitters", "Markets", "Furnishings"),
    "48": ("Freight", "Shipping", "Logistics", "Haulage"),
    "51": ("Software", "Systems", "Data", "Networks"),
    "53": ("Properties", "Estates", "Land", "Realty"),
    "54": ("Advisory", "Engineering", "Design", "Consulting"),
    "62": ("Clinics", "Diagnostics", "Care", "Medical"),
    "72": ("Hotels", "Resorts", "Catering", "Inns"),
    "81": ("Drilling", "Turbines", "Pipelines", "Energy Services"),
}
_FORM = {
    "United States": ("Inc", "LLC", "Corp", "Holdings Inc", "Company"),
    "Canada": ("Inc", "Ltd", "Corp"),
    "United Kingdom": ("Ltd", "plc", "Holdings Ltd", "Group plc"),
    "Ireland": ("Ltd", "DAC"),
    "Germany": ("GmbH", "AG", "GmbH & Co KG"),
    "France": ("SA", "SARL", "SAS"),
    "Netherlands": ("BV", "NV"),
    "Switzerland": ("AG", "GmbH"),
    "Japan": ("KK", "Godo Kaisha"),
}


class Names:
    """Gives names, never the same one twice."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._stems = _STEMS.split()
        self._given: set[str] = set()

    def company(self, industry: str, country: str) -> str:
        """A company's name that fits its industry and country."""
        while True:
            name = f"{self._stem()} {self._random.choice(_SECOND[industry])} {self._random.choice(_FORM[country])}"
            if name not in self._given:
                self._given.add(name)
                return name

    def _stem(self) -> str:
        first = self._random.choice(self._stems)
        kind = self._random.random()
        if kind < 0.05:
            return f"{first} & {self._random.choice(self._stems)}"
        if kind < 0.08:
            return f"{first} & Sons"
        if kind < 0.11:
            return f"O'{first}"
        return f"{first}'s" if kind < 0.13 else first
