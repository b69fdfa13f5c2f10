"""Runs maximin of the package sortition-algorithms on one pool: peer.py FOLDER PANEL.

Reads pool.csv and quotas.csv in FOLDER with the package, and prints as JSON the seconds of processor time that
maximin alone took, the smallest chance of anybody, and the number of panels with a weight.
"""

import json
import sys
import time
from pathlib import Path

from sortition_algorithms import CSVStringDataSource, SelectionData, Settings
from sortition_algorithms.committee_generation import find_distribution_maximin
from sortition_algorithms.utils import set_random_provider

SEED = 1


def main() -> None:
    folder, panel = Path(sys.argv[1]), int(sys.argv[2])
    texts = [(folder / name).read_text(encoding="utf-8") for name in ("quotas.csv", "pool.csv")]
    settings = Settings(id_column="id", columns_to_keep=[])
    data = SelectionData(CSVStringDataSource(*texts))
    features, _ = data.load_features(panel)
    people, _ = data.load_people(settings, features)
    set_random_provider(SEED)

    start = time.process_time()
    panels, weights, _ = find_distribution_maximin(features, people, panel, settings.normalised_address_columns)
    seconds = time.process_time() - start

    chances = dict.fromkeys(people, 0.0)
    for members, weight in zip(panels, weights, strict=True):
        for member in members:
            chances[member] += weight
    used = sum(weight > 0 for weight in weights)
    print(json.dumps({"seconds": seconds, "smallest": min(chances.values()), "panels": used}))


main()
