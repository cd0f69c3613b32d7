"""The local web page: for everyone who does not live in a terminal.

    levelback web

`serve` listens on this machine only, unless asked for the local network, and opens the browser. The page is
plain JavaScript modules under ``static/``; nothing is loaded from anywhere else.

app.py        puts the parts together
guard.py      who may talk to the page: hosts, origins, the token, how much
framing.py    whether a person stands rightly before the camera, and the camera level
desk.py       the photos that are being looked at; in memory only
photos.py, plans.py, people.py, live.py   what the page asks for: parse, call, answer
lan.py        the address for a phone
"""

from levelback.web.serve import serve

__all__ = ["serve"]
