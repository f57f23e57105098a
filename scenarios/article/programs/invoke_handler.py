"""Calls a Lambda handler once: invoke_handler.py HANDLER.py EVENT.json; prints what it returns."""

import json
import runpy
import sys

handler = runpy.run_path(sys.argv[1])["handler"]
with open(sys.argv[2], encoding="utf-8") as event:
    print(json.dumps(handler(json.load(event), None)))
