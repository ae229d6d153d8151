#!/usr/bin/env python3
"""Verifies a Glovebox log or receipt without Glovebox.

Needs Python 3.9 or newer with nothing installed, and the openssl command (3.0 or newer) for Ed25519
signatures. Written apart from the program that it checks, after the public formats alone: RFC 6962,
C2SP tlog-tiles, signed-note, tlog-checkpoint, tlog-policy, tlog-cosignature, tlog-proof, DSSE and
in-toto Statement v1.

    verify_log.py log     DIRECTORY (--trust POLICY | --vkey KEY) [--held CHECKPOINT]...
    verify_log.py receipt FILE     [--trust POLICY | --vkey KEY] [--result FILE] [--job JOB]

Exit status: 0 when everything holds, 1 when something does not, 2 when the command is wrong.
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

WIDTH = 256
PLAIN, COSIGNATURE = 1, 4
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


class Bad(Exception):
    """Something that does not hold. The text says what."""


# --------------------------------------------------------------------------- bytes and hashes


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(leaf):
    return sha256(b"\x00" + leaf)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Bad("malformed base64")
    if base64.b64encode(data).decode() != text:
        raise Bad("base64 in another spelling")
    return data


def decimal(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text, re.ASCII):
        raise Bad("malformed number")
    return int(text)


class Frontier:
    """The complete subtrees of a growing tree, largest first."""

    def __init__(self):
        self.size, self.subtrees = 0, []

    def append(self, node):
        rest = self.size
        while rest % 2 == 1:
            node = node_hash(self.subtrees.pop(), node)
            rest //= 2
        self.subtrees.append(node)
        self.size += 1

    def root(self):
        if not self.subtrees:
            return sha256(b"")
        root = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            root = node_hash(left, root)
        return root


def root_of(nodes):
    frontier = Frontier()
    for node in nodes:
        frontier.append(node)
    return frontier.root()


def included(leaf, index, size, proof, root):
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if position % 2 == 1 or position == last:
            node = node_hash(other, node)
            while position % 2 == 0 and position != 0:
                position, last = position // 2, last // 2
        else:
            node = node_hash(node, other)
        position, last = position // 2, last // 2
    return last == 0 and node == root


# --------------------------------------------------------------------------- keys and notes


class Key:
    def __init__(self, vkey, kinds):
        name, key_id, encoded = (vkey.split("+", 2) + ["", ""])[:3]
        tagged = unbase64(encoded)
        if len(tagged) != 33 or tagged[0] not in kinds or not name:
            raise Bad("a key is malformed or of another kind")
        if sha256(name.encode() + b"\n" + tagged)[:4].hex() != key_id:
            raise Bad("a key does not match its id")
        self.name, self.id, self.kind, self.raw = name, key_id, tagged[0], tagged[1:]


def ed25519(raw_key, message, signature):
    """Asks openssl, because Python's standard library knows no Ed25519."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("key", "message", "signature")]
        der = bytes.fromhex("302a300506032b6570032100") + raw_key
        for path, data in zip(paths, (der, message, signature)):
            with open(path, "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0]]
        command += ["-rawin", "-in", paths[1], "-sigfile", paths[2]]
        return subprocess.run(command, capture_output=True).returncode == 0


class Note:
    def __init__(self, text):
        if not text.endswith("\n") or "\n\n" not in text:
            raise Bad("a note is malformed")
        if any(ord(character) < 32 and character != "\n" for character in text):
            raise Bad("a note holds control characters")
        split = text.rindex("\n\n")
        self.text, self.signatures = text[: split + 1], []
        for line in text[split + 2 : -1].split("\n"):
            match = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
            if not match:
                raise Bad("a signature line is malformed")
            data = unbase64(match[2])
            if len(data) < 5:
                raise Bad("a signature line is malformed")
            self.signatures.append((match[1], data[:4].hex(), data[4:]))

    def signed_by(self, key):
        """True or False, or None when the note has no signature of this key."""
        own = [sig for name, key_id, sig in self.signatures if (name, key_id) == (key.name, key.id)]
        return all(self._holds(key, sig) for sig in own) if own else None

    def _holds(self, key, signature):
        if key.kind == PLAIN:
            return ed25519(key.raw, self.text.encode(), signature)
        time = int.from_bytes(signature[:8], "big")
        message = "cosignature/v1\ntime %d\n%s" % (time, self.text)
        return ed25519(key.raw, message.encode(), signature[8:])


class Policy:
    """Which logs count, and which witnesses must have seen a checkpoint."""

    def __init__(self, text):
        if any(ord(c) < 32 and c not in "\t\n" or ord(c) == 127 for c in text):
            raise Bad("a policy holds control characters")
        self.logs, self.named, self.quorum, members, witnesses = [], {}, None, set(), set()
        for line in text.split("\n"):
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log" and len(words) in (2, 3):
                key = Key(words[1], [PLAIN])
                if any(log.raw == key.raw for log in self.logs):
                    raise Bad("a policy names a log twice")
                self.logs.append(key)
            elif words[0] == "witness" and len(words) in (3, 4):
                key = Key(words[2], [COSIGNATURE])
                if key.raw in witnesses:
                    raise Bad("a policy names a witness twice")
                witnesses.add(key.raw)
                self._define(words[1], key)
            elif words[0] == "group" and len(words) > 3:
                names = words[3:]
                if len(set(names)) < len(names) or members & set(names):
                    raise Bad("a policy counts a member twice")
                members |= set(names)
                count = {"any": 1, "all": len(names)}.get(words[2])
                count = decimal(words[2]) if count is None else count
                if not 1 <= count <= len(names) or not set(names) <= set(self.named):
                    raise Bad("a policy has an impossible group")
                self._define(words[1], (count, [self.named[name] for name in names]))
            elif words[0] == "quorum" and len(words) == 2 and self.quorum is None:
                self.quorum = "none" if words[1] == "none" else self.named.get(words[1])
                if self.quorum is None:
                    raise Bad("a policy's quorum is not defined")
            else:
                raise Bad("the policy is malformed")
        if self.quorum is None:
            raise Bad("a policy has no quorum")

    def _define(self, name, value):
        if name == "none" or name in self.named:
            raise Bad("a policy uses a name twice")
        self.named[name] = value

    def open(self, text):
        """The origin, size and root of a checkpoint that this policy accepts."""
        note = Note(text)
        origin, size, root = parse_checkpoint(note)
        answers = [note.signed_by(key) for key in self.logs if key.name == origin]
        if not answers:
            raise Bad("no trusted log has the origin %r" % origin)
        if False in answers:
            raise Bad("the log's signature is wrong")
        if True not in answers:
            raise Bad("no trusted log signed this checkpoint")
        if self.quorum != "none" and not self._met(self.quorum, note):
            raise Bad("too few witnesses signed this checkpoint")
        return origin, size, root

    def _met(self, quorum, note):
        if isinstance(quorum, Key):
            return note.signed_by(quorum) is True
        count, members = quorum
        return sum(self._met(member, note) for member in members) >= count


def parse_checkpoint(note):
    lines = note.text.split("\n")
    if len(lines) < 4 or "" in lines[:-1]:
        raise Bad("the checkpoint is malformed")
    size, root = decimal(lines[1]), unbase64(lines[2])
    if len(root) != 32:
        raise Bad("the checkpoint is malformed")
    return lines[0], size, root


# --------------------------------------------------------------------------- entries


def canonical(value):
    """RFC 8785, for the values that a leaf may hold: no fractions."""
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(k) + ":" + canonical(v) for k, v in items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > 2**53 - 1):
        raise Bad("the leaf holds a number that is not a safe integer")
    return json.dumps(value, ensure_ascii=False)


def parse_entry(leaf):
    try:
        text = leaf.decode("utf-8")
        entry = json.loads(text)
        required = {"v", "type", "id", "ts", "boot", "mono", "actor", "body"}
        allowed = required | {"job", "jseq", "jprev", "refs"}
        if not isinstance(entry, dict) or not required <= set(entry) <= allowed:
            raise Bad("the leaf is not an audit entry")
        if entry["v"] != 1 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", entry["mono"], re.ASCII):
            raise Bad("the leaf is not an audit entry")
        if ("job" in entry) != ("jseq" in entry) or (entry.get("jseq", 0) > 0) != ("jprev" in entry):
            raise Bad("the leaf is not an audit entry")
        if canonical(entry) != text:
            raise Bad("the leaf is not canonical JSON")
    except (UnicodeError, ValueError, TypeError, RecursionError):
        raise Bad("the leaf is not an audit entry")
    return entry


class Order:
    """An unbroken chain per job, and time that runs forward per writer."""

    def __init__(self):
        self.heads, self.boots, self.last = {}, set(), None

    def check(self, index, entry, digest):
        faults = []
        last = self.last
        if last is None or entry["boot"] != last["boot"]:
            if entry["boot"] in self.boots:
                faults.append((index, "it belongs to a writer that had already ended"))
            elif entry["type"] != "log.start":
                faults.append((index, "a writer begins without a log.start entry"))
        elif entry["ts"] < last["ts"] or int(entry["mono"]) < int(last["mono"]):
            faults.append((index, "its time is before that of the entry in front of it"))
        self.boots.add(entry["boot"])
        self.last = entry
        if "job" in entry:
            place, previous, before = self.heads.get(entry["job"], (0, None, index))
            if (entry["jseq"], entry.get("jprev")) != (place, previous):
                faults.append((before, "an entry of its job is missing, changed or out of order"))
            self.heads[entry["job"]] = (entry["jseq"] + 1, digest.hex(), index)
        return faults


# --------------------------------------------------------------------------- a whole log


class LogFolder:
    def __init__(self, folder):
        self.folder = folder

    def read(self, path):
        try:
            with open(os.path.join(self.folder, *path.split("/")), "rb") as file:
                return file.read()
        except OSError:
            return None

    def tile(self, level, index, width):
        """A tile; where the partial file gave way to the full one, the front of that."""
        path = "tile/%s/%s" % (level, tile_number(index))
        if width == WIDTH:
            return self.read(path), False
        partial = self.read("%s.p/%d" % (path, width))
        return (partial, False) if partial is not None else (self.read(path), True)


def tile_number(index):
    text = "%03d" % (index % 1000)
    while index >= 1000:
        index //= 1000
        text = "x%03d/%s" % (index % 1000, text)
    return text


def split_bundle(data, width, is_prefix):
    leaves, offset = [], 0
    while len(leaves) < width:
        end = offset + 2 + int.from_bytes(data[offset : offset + 2], "big")
        if offset + 2 > len(data) or end > len(data):
            raise Bad("the entry bundle is too short")
        leaves.append(data[offset + 2 : end])
        offset = end
    if offset != len(data) and not is_prefix:
        raise Bad("the entry bundle holds more than its entries")
    return leaves


class LogCheck:
    """Collects (first, last, text): between first and last there is at least one bad entry."""

    def __init__(self, log, size):
        self.log, self.size, self.findings = log, size, []
        self.frontier, self.order, self.roots = Frontier(), Order(), {}

    def run(self, held_sizes):
        rows = []
        for index in range((self.size + WIDTH - 1) // WIDTH):
            width = min(WIDTH, self.size - index * WIDTH)
            hashes = self.bundle(index, width, held_sizes)
            if hashes is None:
                return False
            self.compare(0, index, hashes)
            if width == WIDTH:
                rows.append(root_of(hashes))
        level = 1
        while rows:
            above = []
            for index in range((len(rows) + WIDTH - 1) // WIDTH):
                row = rows[index * WIDTH : (index + 1) * WIDTH]
                self.compare(level, index, row)
                if len(row) == WIDTH:
                    above.append(root_of(row))
            rows, level = above, level + 1
        return True

    def bundle(self, index, width, held_sizes):
        first = index * WIDTH
        data, is_prefix = self.log.tile("entries", index, width)
        try:
            if data is None:
                raise Bad("the entry bundle is missing")
            leaves = split_bundle(data, width, is_prefix)
        except Bad as bad:
            self.findings.append((first, first + width - 1, str(bad)))
            return None
        hashes = []
        for offset, leaf in enumerate(leaves):
            digest = leaf_hash(leaf)
            hashes.append(digest)
            self.frontier.append(digest)
            self.entry(first + offset, leaf, digest)
            if first + offset + 1 in held_sizes:
                self.roots[first + offset + 1] = self.frontier.root()
        return hashes

    def entry(self, index, leaf, digest):
        try:
            entry = parse_entry(leaf)
        except Bad as bad:
            self.findings.append((index, index, str(bad)))
            return
        for first, text in self.order.check(index, entry, digest):
            self.findings.append((first, index, text))

    def compare(self, level, index, row):
        """Compares a tile computed from the entries with the published one, hash by hash."""
        span = WIDTH**level
        first = index * WIDTH * span
        last = min(first + len(row) * span, self.size) - 1
        data, is_prefix = self.log.tile(level, index, len(row))
        if data is None:
            self.findings.append((first, last, "the hash tile is missing"))
            return
        if not is_prefix and len(data) != 32 * len(row):
            self.findings.append((first, last, "the hash tile has a wrong length"))
        for at, node in enumerate(row):
            if data[32 * at : 32 * at + 32] != node:
                where = first + at * span
                text = "what was published for it is another hash"
                self.findings.append((where, where + span - 1, text))


def verify_log(folder, policy, held):
    log = LogFolder(folder)
    data = log.read("checkpoint")
    if data is None:
        raise Bad("the checkpoint file is missing")
    text = data.decode("utf-8")
    problems = []
    try:
        origin, size, root = policy.open(text)
    except Bad as bad:
        problems.append(str(bad))
        origin, size, root = parse_checkpoint(Note(text))
    kept = []
    for note in held:
        held_origin, held_size, held_root = policy.open(note)
        if held_origin != origin:
            problems.append("a held checkpoint is of another log")
        elif held_size > size:
            problems.append("a held checkpoint is larger than the log: entries were cut off")
        else:
            kept.append((held_size, held_root))

    check = LogCheck(log, size)
    is_whole = check.run({held_size for held_size, _ in kept})
    if is_whole and check.frontier.root() != root:
        problems.append("the entries do not add up to the signed root")
    for held_size, held_root in kept:
        if held_size > 0 and check.roots.get(held_size) != held_root:
            problems.append("a held checkpoint has another root: the log was rewritten")
    print("log %s, %d entries" % (origin, size))
    for problem in problems:
        print("FAIL %s" % problem)
    if check.findings:
        first, last, text = min(check.findings, key=lambda found: (found[1], -found[0]))
        where = "entry %d" % first if first == last else "an entry from %d to %d" % (first, last)
        print("FAIL first bad: %s: %s" % (where, text))
        print("     %d findings in all" % len(check.findings))
    return not problems and not check.findings


# --------------------------------------------------------------------------- a receipt


def parse_proof(text):
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1" or not lines:
        raise Bad("a proof is malformed")
    if lines[0].startswith("extra "):
        unbase64(lines.pop(0)[6:])
    if not lines or not lines[0].startswith("index "):
        raise Bad("a proof is malformed")
    index, path = decimal(lines[0][6:]), [unbase64(line) for line in lines[1:]]
    if any(len(node) != 32 for node in path):
        raise Bad("a proof is malformed")
    return index, path, checkpoint


def open_statement(envelope, keys):
    payload_type, encoded = envelope["payloadType"], envelope["payload"]
    payload = unbase64(encoded.replace("-", "+").replace("_", "/"))
    kind = payload_type.encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    signatures = [unbase64(s["sig"].replace("-", "+").replace("_", "/")) for s in envelope["signatures"]]
    if payload_type != PAYLOAD_TYPE:
        raise Bad("the statement is of another type")
    if not any(ed25519(key.raw, message, sig) for key in keys for sig in signatures):
        raise Bad("the statement is not signed by a trusted log")
    statement = json.loads(payload)
    if statement["_type"] != STATEMENT_TYPE or len(statement["subject"]) != 1:
        raise Bad("the statement is malformed")
    subject = statement["subject"][0]
    return subject["name"], subject["digest"]["sha256"]


def read_events(receipt, size, root):
    events = []
    for event in receipt["events"]:
        leaf = unbase64(event["leaf"])
        index, path, checkpoint = parse_proof(event["proof"])
        if index != event["index"] or checkpoint != receipt["checkpoint"]:
            raise Bad("a proof does not belong to its event")
        if not included(leaf_hash(leaf), index, size, path, root):
            raise Bad("event %d is not in the log under the checkpoint" % index)
        events.append((index, parse_entry(leaf), leaf_hash(leaf)))
    if not events:
        raise Bad("the receipt has no events")
    return events


def check_chain(events):
    last, place, previous = -1, 0, None
    for index, entry, digest in events:
        if index <= last or (entry["jseq"], entry.get("jprev")) != (place, previous):
            raise Bad("an event of the job is missing, changed or out of order")
        last, place, previous = index, place + 1, digest.hex()


def verify_receipt(receipt, policy, result, job):
    if receipt.get("format") != "glovebox-receipt/v1":
        raise Bad("the document is not a receipt")
    origin, size, root = policy.open(receipt["checkpoint"])
    print("ok   checkpoint: %s, %d entries" % (origin, size))
    keys = [key for key in policy.logs if key.name == origin]
    subject, digest = open_statement(receipt["statement"], keys)
    print("ok   statement: %s released sha256:%s" % (subject, digest))
    events = read_events(receipt, size, root)
    print("ok   inclusion: %d events are in the log" % len(events))
    jobs = {entry.get("job") for _, entry, _ in events} | {subject, receipt["job"], job or subject}
    if len(jobs) != 1:
        raise Bad("statement, events and expected job are not the same job")
    print("ok   job: %s" % subject)
    check_chain(events)
    print("ok   chain: gapless from the first event")
    released = [entry.get("refs", {}) for _, entry, _ in events if entry["type"] == "result.released"]
    if not any(ref in (digest, "sha256:" + digest) for refs in released for ref in refs.values()):
        raise Bad("no release entry of the job names the digest of the statement")
    print("ok   release: the log names the released digest")
    if result is not None:
        if sha256(result).hex() != digest:
            raise Bad("your bytes are not the released bytes")
        print("ok   result: your bytes are the released bytes")
    return True


# --------------------------------------------------------------------------- the command


def read_text(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def read_policy(options, embedded=None):
    if options.vkey:
        return Policy("log %s\nquorum none\n" % options.vkey)
    if options.trust:
        return Policy(read_text(options.trust))
    if embedded is None:
        raise SystemExit("verify_log.py: name the trust with --trust or --vkey")
    print("note the keys come from the receipt itself: compare its policy with a source you trust")
    return Policy(embedded)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["log", "receipt"])
    parser.add_argument("path")
    parser.add_argument("--trust")
    parser.add_argument("--vkey")
    parser.add_argument("--held", action="append", default=[])
    parser.add_argument("--result")
    parser.add_argument("--job")
    options = parser.parse_args()
    try:
        if options.what == "log":
            held = [read_text(path) for path in options.held]
            is_good = verify_log(options.path, read_policy(options), held)
        else:
            receipt = json.loads(read_text(options.path))
            if not isinstance(receipt, dict):
                raise Bad("the document is not a receipt")
            result = None
            if options.result:
                with open(options.result, "rb") as file:
                    result = file.read()
            policy = read_policy(options, receipt.get("policy"))
            is_good = verify_receipt(receipt, policy, result, options.job)
    except Bad as bad:
        print("FAIL %s" % bad)
        is_good = False
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError) as error:
        # A document of another shape than expected proves nothing, so it is refused.
        print("FAIL malformed: %s" % type(error).__name__)
        is_good = False
    print("verified" if is_good else "NOT VERIFIED")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
