"""Receivers that fail as real ones do: a mail server and a webhook that verifies signatures.

Usage: receivers.py FOLDER SEED. Prints the two ports. Each notice that is taken is written to FOLDER/taken before it is
acknowledged; some are acknowledged never, as by a server that breaks after it took a mail.
"""

import http.server
import json
import os
import random
import re
import socket
import sys
import threading
import time

from aiosmtpd.controller import Controller
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
folder, seed = sys.argv[1], int(sys.argv[2])
dice = random.Random(seed)
lock = threading.Lock()
taken = open(os.path.join(folder, "taken"), "a")


def keep(kind, identifier):
    with lock:
        taken.write(f"{kind} {identifier}\n")
        taken.flush()
        os.fsync(taken.fileno())


class Mail:
    async def handle_DATA(self, server, session, envelope):
        mood = dice.random()
        if mood < 0.2:
            return "451 later"
        text = envelope.content.decode("utf-8", "replace")
        identifier = re.search(r"(?im)^message-id:\s*<([^@>]+)", text).group(1)
        keep("mail", identifier)
        # It is taken, and the answer says otherwise.
        return "451 broke after it was taken" if mood > 0.95 else "250 taken"


class Hook(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, code, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        mood = dice.random()
        if mood < 0.15:
            return self.answer(503)
        if mood < 0.25:
            return self.answer(429, retry_after="1")
        if mood < 0.3:
            return self.answer(302, location="http://127.0.0.1:1/inside")
        if mood < 0.33:
            time.sleep(1)
            return self.connection.close()
        Webhook(SECRET).verify(body, dict(self.headers.items()))
        json.loads(body)
        keep("hook", self.headers["webhook-id"])
        if mood > 0.96:
            return self.connection.close()
        self.answer(204)


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


port = int(sys.argv[3]) if len(sys.argv) > 3 else free()
mail = Controller(Mail(), hostname="127.0.0.1", port=port)
mail.start()
hook = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[4]) if len(sys.argv) > 4 else 0), Hook)
print(json.dumps({"mail": port, "hook": hook.server_address[1]}), flush=True)
hook.serve_forever()
