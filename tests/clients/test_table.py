"""docs/clients.md says what the installed clients do, for every kind of fault."""

import json
import subprocess
import unittest

import measure
import server as bedlam
import table


class TableTest(unittest.TestCase):
    def test_the_file_says_what_the_clients_do(self):
        stated = table.read(table.FILE.read_text())
        with table.measuring() as measured:
            if not measured.clients:
                self.skipTest("; ".join(measured.missing))
            found = measured.cells()
            unlike = {place for place, cell in found.items() if stated.get(place) != cell}
            if unlike:  # a busy machine may have let a client's own time limit come first
                found |= measured.again(unlike)
        wrong = [f"{' / '.join(place)}: the file has {stated.get(place)!r}, measured {found[place]!r}"
                 for place in sorted(unlike) if stated.get(place) != found[place]]
        self.assertEqual(wrong, [], "tests/clients/table.py writes the file anew:\n" + "\n".join(wrong))
        for reason in measured.missing:
            print(f"not compared: {reason}")

    def test_every_kind_of_fault_is_in_it(self):
        schema = json.loads(subprocess.run([bedlam.BEDLAM, "schema"], capture_output=True, text=True).stdout)
        places = {"before_headers", "after", "after_tokens", "after_frames", "at_frame", "byte"}
        kinds = set(schema["$defs"]["fault"]["properties"]) - places
        shown = {kind for cases in (measure.STREAM, measure.BEFORE) for fault in cases.values() for kind in fault} - places
        self.assertEqual(kinds, shown)
        stated = table.read(table.FILE.read_text())
        for section, (cases, _, _) in measure.SECTIONS.items():
            for label in cases:
                self.assertIn((section, label, measure.BOTO3), stated)


if __name__ == "__main__":
    unittest.main()
