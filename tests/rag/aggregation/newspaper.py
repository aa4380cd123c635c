"""A small newspaper of invented articles that speak of the same things: what several of them say is asked of it."""

import json
from pathlib import Path

_ARTICLES = (
    (
        "2024-11-02", "Coastal Post", "Landslide buries houses above Ostrava Bay",
        "A landslide buried nine houses above Ostrava Bay before dawn on Saturday. Fourteen people were killed and "
        "dozens are missing, the fire service said. Roads to the village of Kell are cut. Mayor Ines Tolar asked the "
        "army for diggers. The slope had moved for weeks, residents told reporters.",
    ),
    (
        "2024-11-05", "Coastal Post", "Toll of Ostrava Bay landslide climbs to 61",
        "The number of people killed in the landslide at Ostrava Bay has climbed to 61, the fire service said on "
        "Tuesday. Rescuers found another eleven bodies in a school hall on Monday night. Five people are missing. "
        "The road to Kell was opened again on Monday. The government promised every family 20,000 crowns.",
    ),
    (
        "2024-11-06", "Inland Gazette", "Aid reaches Kell after the landslide",
        "Tents and blankets reached Kell on Wednesday, four days after the landslide at Ostrava Bay. About 60 people "
        "were killed there, and the cemetery has no room for them. The school stays closed until January. A charity "
        "from Norhaven sent three lorries.",
    ),
    (
        "2025-03-08", "Inland Gazette", "March for the night trains fills Norhaven",
        "Thousands walked through Norhaven on Saturday to keep the night trains. Police said that 12,000 people took "
        "part in the march. Shops along the route stayed open. The transport minister, Pavel Orsk, did not speak to "
        "the crowd.",
    ),
    (
        "2025-03-08", "Union Weekly", "A great day for the night trains",
        "The march for the night trains in Norhaven was the largest in ten years. According to the organisers, 45,000 "
        "people took part in the march. Trains from the south came late, and many walked from the harbour. The next "
        "march is planned for May.",
    ),
    (
        "2025-01-14", "Norhaven Courier", "Mill Bridge closed after inspection",
        "Norhaven has closed Mill Bridge because of cracks in two pillars, the roads office said. Drivers have to use "
        "the ring road. The repair will take until autumn and cost 3.1 million crowns. About 7,000 cars crossed the "
        "bridge every day.",
    ),
    (
        "2025-02-03", "Norhaven Courier", "Second bridge in Norhaven is closed",
        "After Mill Bridge the roads office has closed Chapel Bridge too, because its railings are loose. Cyclists may "
        "still pass. The work will cost 400,000 crowns. Ferries will run every ten minutes until the bridge is open.",
    ),
    (
        "2025-02-19", "Inland Gazette", "Norhaven loses a third crossing",
        "Harbour Bridge in Norhaven was closed on Tuesday after a barge hit it. Nobody was hurt. The captain of the "
        "barge was tested for alcohol. Engineers do not know yet when lorries can cross it again.",
    ),
    (
        "2025-02-20", "Coastal Post", "Barge shuts bridge in Norhaven",
        "A barge has shut Harbour Bridge in Norhaven. The bridge was closed on Tuesday, and the railway beside it was "
        "not touched. The owner of the barge said its rudder had failed.",
    ),
    (
        "2025-04-02", "Norhaven Courier", "Council rejects new stadium",
        "The city council of Norhaven rejected the plan for a new stadium by 31 votes to 18 on Wednesday. Mayor Lena "
        "Brandt had spoken for it. The football club said that it would stay in its old ground. The council approved "
        "a new swimming pool in the same meeting.",
    ),
    (
        "2025-04-09", "Inland Gazette", "Pavel Orsk denies that he will step down",
        "Transport minister Pavel Orsk denied on Wednesday that he would resign over the night trains. He said that he "
        "had the trust of the prime minister. The opposition wants a vote in parliament in June.",
    ),
    (
        "2025-06-11", "Inland Gazette", "New transport minister sworn in",
        "Marta Velin was sworn in as transport minister on Wednesday. She follows Pavel Orsk, who resigned on Sunday. "
        "Velin said that she would keep two of the five night trains. She was a judge before.",
    ),
    (
        "2025-05-01", "Coastal Post", "Soldiers in the north",
        "The army has 2,400 soldiers in Norland, the defence ministry said. In Westmark there are 900 soldiers. Both "
        "garrisons will stay through the winter. The barracks in Norland were built in 1962.",
    ),
)  # fmt: skip


def write_newspaper(folder: Path) -> Path:
    """The articles as a file that a library reads."""
    names = ("published", "source", "title", "text")
    file = folder / "newspaper.jsonl"
    lines = (json.dumps(dict(zip(names, one, strict=True))) for one in _ARTICLES)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file
