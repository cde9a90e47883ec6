#!/usr/bin/env python3
"""Goal: clients in other languages geocode through `batchlab serve` as they would live.

Method: the ten known addresses are asked for singly and as a batch with polls, by Python's aiohttp
and by curl; every place is compared with its table entry, and SIGTERM must end the server with
status 0.

Usage: geocode_clients_test.py BATCHLAB
"""

import asyncio
import json
import signal
import subprocess
import sys
import time
import urllib.parse

import aiohttp

KEY = "key+of/the test&"
TIME_LIMIT_S = 30

PLACES = {
    "1600 Pennsylvania Avenue, Washington DC, USA": (38.8977, -77.0365),
    "11 Wall Street New York, NY": (40.7069, -74.0113),
    "350 Fifth Avenue New York, NY 10118": (40.7484, -73.9857),
    "221B Baker St, London, England": (51.5238, -0.1586),
    "Tour Eiffel Champ de Mars, Paris": (48.8584, 2.2945),
    "4059 Mt Lee Dr.Hollywood, CA 90068": (34.1341, -118.3217),
    "Buckingham Palace, London, England": (51.5014, -0.1419),
    "Statue of Liberty, Liberty Island New York, NY 10004": (40.6892, -74.0445),
    "Manger Square, Bethlehem, West Bank": (31.7043, 35.2076),
    "2 Macquarie Street, Sydney": (-33.8587, 151.2140),
}
ADDRESSES = list(PLACES)


class Mismatch(Exception):
    """What was found is not what the contract says."""


def expect(found, wanted, what):
    if found != wanted:
        raise Mismatch(f"{what}: found {found!r}, wanted {wanted!r}")


def expect_batch(items, who):
    expect([item["query"]["text"] for item in items], ADDRESSES + ["nowhere"], f"{who}: queries")
    for item, address in zip(items, ADDRESSES):
        expect((item["lat"], item["lon"]), PLACES[address], f"{who}: {address} in a batch")
    expect(list(items[-1]), ["query"], f"{who}: fields of an address that is not found")


async def single_by_aiohttp(session, origin, address):
    params = {"apiKey": KEY, "text": address}
    async with session.get(f"{origin}/v1/geocode/search", params=params) as reply:
        expect(reply.status, 200, f"aiohttp: status of {address}")
        properties = (await reply.json())["features"][0]["properties"]
        place = (properties["lat"], properties["lon"])
        expect(place, PLACES[address], f"aiohttp: {address} alone")


async def batch_by_aiohttp(session, origin):
    batch = f"{origin}/v1/batch/geocode/search"
    async with session.post(batch, params={"apiKey": KEY}, json=ADDRESSES + ["nowhere"]) as reply:
        expect(reply.status, 202, "aiohttp: status of a submit")
        job = await reply.json()
    polls = 0
    while True:
        polls += 1
        async with session.get(batch, params={"apiKey": KEY, "id": job["id"]}) as reply:
            answer = await reply.json()
            if reply.status == 200:
                break
            expect(reply.status, 202, "aiohttp: status of a poll")
            expect(answer, {"id": job["id"], "status": "pending"}, "aiohttp: pending answer")
        await asyncio.sleep(0.02)
    expect_batch(answer, "aiohttp")
    return polls


async def check_by_aiohttp(origin):
    limit = aiohttp.ClientTimeout(total=TIME_LIMIT_S)
    async with aiohttp.ClientSession(timeout=limit) as session:
        singles = [single_by_aiohttp(session, origin, address) for address in ADDRESSES]
        await asyncio.gather(*singles)
        return await batch_by_aiohttp(session, origin)


def curl(*arguments):
    """The status and the parsed body of one request."""
    command = ["curl", "--silent", "--show-error", "--max-time", str(TIME_LIMIT_S)]
    command += ["--write-out", "\n%{http_code}", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    expect((run.returncode, run.stderr), (0, ""), "exit code and complaint of curl")
    body, status = run.stdout.rsplit("\n", 1)
    return int(status), json.loads(body)


def check_by_curl(origin):
    for address in ADDRESSES:
        status, answer = curl(
            "--get", f"{origin}/v1/geocode/search", "--data-urlencode", f"apiKey={KEY}",
            "--data-urlencode", f"text={address}", "--data", "format=json")
        expect(status, 200, f"curl: status of {address}")
        result = answer["results"][0]
        expect((result["lat"], result["lon"]), PLACES[address], f"curl: {address} alone")
    status, job = curl(
        f"{origin}/v1/batch/geocode/search?&apiKey={urllib.parse.quote(KEY, safe='')}",
        "--header", "Content-Type: application/json",
        "--data", json.dumps(ADDRESSES + ["nowhere"]))
    expect(status, 202, "curl: status of a submit")
    status, answer = curl(job["url"])
    while status == 202:
        time.sleep(0.02)
        status, answer = curl(job["url"])
    expect(status, 200, "curl: status of the last poll")
    expect_batch(answer, "curl")
    status, answer = curl(f"{origin}/v1/geocode/search?text=Paris")
    expect((status, answer["message"]), (401, "Invalid apiKey"), "curl: answer without a key")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    server = subprocess.Popen(
        [sys.argv[1], "serve", "--port", "0", "--api-key", KEY], stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline().strip()
        prefix = "listening on "
        expect(line[:len(prefix)], prefix, f"first line of batchlab serve, \"{line}\"")
        origin = line[len(prefix):]
        polls = asyncio.run(check_by_aiohttp(origin))
        check_by_curl(origin)
        start = time.monotonic()
        server.send_signal(signal.SIGTERM)
        expect(server.wait(timeout=TIME_LIMIT_S), 0, "exit code of batchlab serve after SIGTERM")
        took_ms = 1000 * (time.monotonic() - start)
        print(f"aiohttp (with {polls} polls) and curl found all ten; stopped in {took_ms:.0f} ms")
    except (Mismatch, aiohttp.ClientError, asyncio.TimeoutError, subprocess.TimeoutExpired,
            KeyError, OSError, ValueError) as error:
        sys.exit(f"geocode_clients_test: {type(error).__name__}: {error}")
    finally:
        if server.poll() is None:
            server.kill()


if __name__ == "__main__":
    main()
