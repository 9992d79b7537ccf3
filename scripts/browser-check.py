"""What scripts/browser-check does in the browser, over the DevTools protocol. Only Python's own library.

    BROWSER BASE PROFILE    the browser's program, the address of a running Kroniek, a folder that the browser may fill
"""

import json
import os
import select
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

PATIENCE = 240  # seconds for all of it; opening an operation takes the page up to one


class Browser:
    """A headless browser that finds no host but Kroniek's, and tells of every request, error and complaint."""

    def __init__(self, program, base, profile):
        self.host, self.deadline, self.numbers = urlsplit(base).netloc, time.monotonic() + PATIENCE, 0
        self.requests, self.complaints, self.answers, self.rest = [], [], {}, b""
        flags = [
            "--headless=new",
            "--no-sandbox",  # which a container, or root, can't have
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {urlsplit(base).hostname}",
            f"--user-data-dir={profile}",
            "--remote-debugging-pipe",
        ]
        # The browser listens on descriptor 3 and answers on 4; messages end with a zero byte.
        listen, self.to = os.pipe()
        self.of, answer = os.pipe()
        command = ["sh", "-c", f'exec "$@" 3<&{listen} 4>&{answer}', "sh", program, *flags]
        self.process = subprocess.Popen(command, pass_fds=(listen, answer), stderr=subprocess.DEVNULL)
        os.close(listen)
        os.close(answer)

    def stop(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (SystemExit, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def send(self, method, session=None, **parameters):
        self.numbers += 1
        message = {"id": self.numbers, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self.to, json.dumps(message).encode() + b"\0")
        return self.numbers

    def listen(self, wait):
        """Takes in what the browser says within this time."""
        if not select.select([self.of], [], [], wait)[0]:
            return
        said = os.read(self.of, 1 << 16)
        if not said:
            sys.exit("the browser ended")
        *messages, self.rest = (self.rest + said).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.told(message["method"], message["params"])

    def told(self, event, about):
        match event:
            case "Target.attachedToTarget":
                # A frame or worker of the page: it is held until it is watched like the page.
                self.watch(about["sessionId"])
            case "Network.requestWillBeSent":
                self.requests.append(about["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(about["url"])
            case "Network.loadingFailed" if not about.get("canceled"):
                self.complaints.append(f"loading failed: {about['errorText']}")
            case "Runtime.exceptionThrown":
                details = about["exceptionDetails"]
                self.complaints.append(details.get("exception", {}).get("description") or details["text"])
            case "Runtime.consoleAPICalled" if about["type"] in ("error", "assert"):
                self.complaints.append(" ".join(str(part.get("value", part.get("description"))) for part in about["args"]))
            case "Log.entryAdded" if about["entry"]["level"] == "error":
                self.complaints.append(f"{about['entry']['text']} {about['entry'].get('url', '')}")

    def watch(self, session):
        for domain in "Network", "Runtime", "Log", "Page":
            self.send(f"{domain}.enable", session)
        self.send("Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        self.send("Runtime.runIfWaitingForDebugger", session)

    def call(self, method, session=None, **parameters):
        number = self.send(method, session, **parameters)
        while number not in self.answers:
            if time.monotonic() > self.deadline:
                sys.exit(f"the browser does not answer to {method}")
            self.listen(0.5)
        answer = self.answers.pop(number)
        if "error" in answer:
            sys.exit(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, url):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.page = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.watch(self.page)
        self.call("Page.navigate", self.page, url=url)

    def ask(self, expression):
        """The value of an expression in the page; of a promise, what it comes to."""
        result = self.call("Runtime.evaluate", self.page, expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            sys.exit(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def until(self, what, expression, seconds=20):
        """Waits until an expression is true of the page, and gives its value."""
        end = time.monotonic() + seconds
        while not (value := self.ask(expression)):
            if time.monotonic() > end:
                sys.exit(f"the page does not show {what}; it says: {self.ask('document.body.innerText')[:500]!r}; {self.complaints}")
            self.listen(0.1)
        return value


def check(browser, base):
    with urllib.request.urlopen(f"{base}/openapi.json", timeout=10) as answer:
        paths = json.load(answer)["paths"]
    methods = ("get", "put", "post", "delete", "patch")
    operations = [operation for path in paths.values() for method, operation in path.items() if method in methods]
    if not operations:
        sys.exit("the document has no operations")

    browser.open(f"{base}/docs/")
    browser.until("any operation", "document.querySelectorAll('.opblock').length > 0")
    count = f"document.querySelectorAll('.opblock').length === {len(operations)}"
    browser.until(f"{len(operations)} operations", count)
    shown = browser.ask("[...document.querySelectorAll('.opblock-summary-description')].map(text => text.textContent.trim())")
    missing = [operation["operationId"] for operation in operations if operation["summary"] not in shown]
    if missing:
        sys.exit(f"the page has no summary of {', '.join(missing)}")
    print(f"the page shows all {len(operations)} operations with their summaries")

    # Opened, an operation resolves its references; one that leads nowhere is told in a box of errors. One at a time: all of them at once
    # keep the page busy for minutes.
    for number in range(len(operations)):
        click = f"document.querySelectorAll('.opblock-summary-control')[{number}].click()"
        browser.ask(click)
        browser.until("an opened operation", f"!!document.querySelectorAll('.opblock')[{number}].querySelector('.responses-table')")
        browser.ask(click)
    if errors := browser.ask("[...document.querySelectorAll('.errors-wrapper')].map(box => box.innerText).join()"):
        sys.exit(f"the page can't read the document: {errors}")
    print("each of them opens")

    # As a reader of the page tries one out.
    block = "[...document.querySelectorAll('.opblock')].find(block => block.querySelector('[data-path=\"/v1/site\"]'))"
    browser.ask(f"{block}.querySelector('.opblock-summary-control').click()")
    for button in ".try-out__btn", ".execute":
        browser.until(button, f"(found => found && !found.click())({block}.querySelector('{button}'))")
    status = browser.until("an answer", f"{block}.querySelector('.live-responses-table .response .response-col_status')?.innerText.match(/\\d+/)?.[0]")
    body = browser.ask(f"{block}.querySelector('.live-responses-table .response .response-col_description').innerText")
    if status != "200" or '"name"' not in body:
        sys.exit(f"/v1/site tried out from the page is {status}: {body[:500]}")
    fetched = browser.ask("fetch('/v1/site').then(answer => answer.status)")
    if fetched != 200 or f"{base}/v1/site" not in browser.requests:
        sys.exit(f"/v1/site fetched by the page is {fetched}; it asked {browser.requests}")
    print("GET /v1/site, tried out on the page, answers 200")

    # What comes late comes now; and what was only named, without being asked yet, counts too.
    quiet = time.monotonic() + 2
    while time.monotonic() < quiet:
        browser.listen(0.2)
    named = "[...document.querySelectorAll('link[href], script[src], img[src], iframe[src]')].map(one => one.href || one.src)"
    own = lambda url: urlsplit(url).scheme in ("data", "blob", "about") or urlsplit(url).netloc == browser.host
    if strangers := sorted({url for url in browser.requests + browser.ask(named) if not own(url)}):
        sys.exit(f"the page asks other hosts: {', '.join(strangers)}")
    if browser.complaints:
        sys.exit("the page complains:\n  " + "\n  ".join(browser.complaints))
    print(f"{len(browser.requests)} requests, all to {browser.host}; no error in the console")


program, base, profile = sys.argv[1:]
browser = Browser(program, base, profile)
try:
    check(browser, base)
finally:
    browser.stop()
