#!/usr/bin/env python3
"""Runs test programs and counts what they say.

    run.py [--label TEXT] [--tally FILE] [--wrap COMMAND] [--no-engine] [--seconds N] [--jobs N] [-v] PROGRAM…
    run.py --sum FILE

A program is a cmocka binary (test_…, engine_…), a Python file (run by the interpreter that runs this) with unittest tests, or any other
program, which is one test and tells by its exit code. Unless --no-engine is given,
an engine and the gate before it are started for them and stopped at the end, and the environment of the programs says where they are:

    DYNREPO_ENDPOINT        the gate, http://127.0.0.1:PORT; a server already named there is used instead, without a gate
    DYNREPO_TEST_GATE       the gate's control, 127.0.0.1:PORT; not set when there is no gate
    DYNREPO_TEST_ENGINE     the engine behind it, http://127.0.0.1:PORT
    DYNREPO_TEST_CERTS      the directory of certs.sh
    DYNREPO_TEST_TLS_…      the ports of the gate's TLS listeners on 127.0.0.1: RSA EC CA_LESS WRONG_HOST EXPIRED NOT_YET SELF_SIGNED
                            UNKNOWN_ROOT WILDCARD MTLS (EC, and the client must show a certificate under ec-root)
    DYNREPO_TEST_SLOW       "1" under --wrap (valgrind): time limits should be generous
    DYNREPO_TEST_BUILD      the directory of the built test programs and of tests/*_tool.c, tests/tool_*.c
    AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION   credentials that the gate knows

The environment's other AWS_ variables are taken away. Lines of tests that pass are shown with -v only. A program that crashes, or takes
longer than --seconds, is one failed test more. With --jobs N programs run at a time, each with an engine and a gate of its own; what a program
prints then comes when it has ended. The last line is "N passed, N failed, N skipped"; with --tally the counts are added to
FILE in its place, and --sum prints that line for the sum of such a file.
"""
import argparse
import ctypes
import os
import queue
import re
import shlex
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
TLS = [("RSA", "rsa-leaf"), ("EC", "ec-leaf"), ("CA_LESS", "ca-less"), ("WRONG_HOST", "wrong-host"), ("EXPIRED", "expired"),
       ("NOT_YET", "not-yet"), ("SELF_SIGNED", "self-signed"), ("UNKNOWN_ROOT", "unknown-root"), ("WILDCARD", "wildcard"),
       ("MTLS", "ec-leaf")]
LIBC = ctypes.CDLL(None)


def die_with_parent():
    LIBC.prctl(1, signal.SIGTERM)      # PR_SET_PDEATHSIG: what was started goes when this goes, however it goes


def start(command, **options):
    return subprocess.Popen(command, preexec_fn=die_with_parent, **options)


def start_engine():
    """An engine on a free port; returns its endpoint. tools/engine holds it for as long as its command, a read of a pipe, lasts."""
    p = start([TOP + "/tools/engine", "run", "--", "sh", "-c", 'echo "$DYNREPO_ENDPOINT"; read -r end'],
              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    endpoint = p.stdout.readline().strip()
    if not endpoint:
        sys.exit("run.py: the engine did not start; see tools/setup")
    return p, endpoint


def start_gate(engine, certs):
    """The gate with its TLS listeners; returns the process and its ports."""
    command = [sys.executable, HERE + "/gate.py", "--engine", engine]
    for name, cert in TLS:
        ca = ":%s/ec-root.pem" % certs if name == "MTLS" else ""
        command += ["--tls", "0:%s/%s.pem:%s/%s.key%s" % (certs, cert, certs, cert, ca)]
    p = start(command, stdout=subprocess.PIPE, text=True)
    words = p.stdout.readline().split()
    if not words or words[0] != "ready":
        sys.exit("run.py: the gate did not start; is build/venv made (tools/setup test)?")
    return p, words[1:]


def environment():
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    env.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", AWS_REGION="us-east-1",
               AWS_CONFIG_FILE="/nonexistent", AWS_SHARED_CREDENTIALS_FILE="/nonexistent", AWS_EC2_METADATA_DISABLED="true")
    # A leak or an undefined operation must show in the exit code of a program whose tests all passed.
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:print_legend=0")
    env.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
    return env


def counts(text, code, bare):
    """Passed, failed, skipped, out of what a program printed and its exit code; a bare program has no summary and is one test."""
    passed = sum(map(int, re.findall(r"^\[  PASSED  \] (\d+) test", text, re.M)))
    failed = sum(map(int, re.findall(r"^\[  FAILED  \] (\d+) test", text, re.M)))
    skipped = sum(map(int, re.findall(r"^\[  SKIPPED \] (\d+) test", text, re.M)))
    ran = re.findall(r"^Ran (\d+) tests? in", text, re.M)           # unittest
    if ran:
        bad = sum(map(int, re.findall(r"(?:failures|errors|unexpected successes)=(\d+)", text)))
        skipped = sum(map(int, re.findall(r"skipped=(\d+)", text)))
        passed, failed = int(ran[-1]) - bad - skipped, bad
    if bare and code == 0 and passed + failed + skipped == 0:
        passed = 1
    if (code != 0 and failed == 0) or passed + failed + skipped == 0:
        failed += 1
    return passed, failed, skipped


QUIET = re.compile(r"^\[  SKIPPED \] \d+ test|^ *\d+ SKIPPED TEST|^\[( RUN      |       OK |==========|----------)\]|^\[  PASSED  \]|\.\.\. ok$|^-{60,}$|^OK( \(.*\))?$|^Ran \d+ tests|^\s*$")


def run(program, env, args):
    """Runs one program; returns its counts. Of several at a time each is printed as a whole."""
    lines = []
    say = (lambda line: print(line, flush=True)) if args.jobs == 1 else lines.append
    name = os.path.basename(program) + (" (%s)" % args.label if args.label else "")
    command = shlex.split(args.wrap) + [os.path.abspath(program)]
    if program.endswith(".py"):
        command = [sys.executable, program, "-v"]
    begun = time.monotonic()
    p = start(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    late = []
    timer = threading.Timer(args.seconds, lambda: (late.append(1), p.kill()))
    timer.daemon = True
    timer.start()
    notice = threading.Timer(2, lambda: print("  %s is running …\n" % name, end="", flush=True))
    notice.daemon = True
    notice.start()
    text, skipped = [], set()
    for line in p.stdout:
        text.append(line)
        again = line.startswith("[  SKIPPED ]") and line in skipped      # cmocka lists them once more at the end
        skipped.add(line)
        if args.verbose or not (again or QUIET.search(line)):
            say("    " + line.rstrip("\n"))
    code = p.wait()
    timer.cancel()
    notice.cancel()
    found = counts("".join(text), code, not re.match("test_|engine_", name))
    what = ""
    if late:
        what = ", killed after %d s" % args.seconds
    elif code < 0:
        what = ", died of signal %d (%s)" % (-code, signal.Signals(-code).name)
    elif code > 0 and not any("FAILED" in t for t in text):
        what = ", exit code %d" % code
    say("  %s: %s (%.1f s)%s" % (name, words(found), time.monotonic() - begun, what))
    if lines:
        print("\n".join(lines) + "\n", end="", flush=True)
    return found


def place(env, started, certs):
    """An engine and a gate for one program at a time; returns the environment that names them."""
    p, engine = start_engine()
    started.append(p)
    p, ports = start_gate(engine, certs)
    started.append(p)
    tls = {"DYNREPO_TEST_TLS_" + name: port for (name, _), port in zip(TLS, ports[1:])}
    return dict(env, DYNREPO_ENDPOINT="http://127.0.0.1:" + ports[0], DYNREPO_TEST_GATE="127.0.0.1:" + ports[0], DYNREPO_TEST_ENGINE=engine, **tls)


def run_all(programs, places, args):
    """Runs all programs, one at a time at each place; returns their counts. What is started lives as long as the thread that did it."""
    waiting, found = queue.SimpleQueue(), []
    for program in programs:
        waiting.put(program)

    def work(env):
        while not waiting.empty():
            try:
                program = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                found.append(run(program, env, args))
            except Exception as e:
                print("  %s: could not be run: %s" % (os.path.basename(program), e), flush=True)
                found.append((0, 1, 0))
    if len(places) == 1:
        work(places[0])
        return found
    threads = [threading.Thread(target=work, args=(env,), daemon=True) for env in places]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return found


def words(found):
    return "%d passed, %d failed" % (found[0], found[1]) + (", %d skipped" % found[2] if found[2] else "")


def stop(started):
    for p in reversed(started):
        if p.stdin:
            p.stdin.close()            # the engine's holder ends at the end of its input
        else:
            p.terminate()
        try:
            p.wait(5)
        except subprocess.TimeoutExpired:
            p.kill()


def main():
    a = argparse.ArgumentParser(description="runs test programs behind an engine and the gate")
    a.add_argument("--label", default="")
    a.add_argument("--tally")
    a.add_argument("--wrap", default="")
    a.add_argument("--no-engine", action="store_true")
    a.add_argument("--seconds", type=int, default=300)
    a.add_argument("--jobs", type=int, default=1)
    a.add_argument("--sum")
    a.add_argument("-v", "--verbose", action="store_true")
    a.add_argument("programs", nargs="*")
    args = a.parse_args()
    if args.sum:
        rows = [list(map(int, line.split())) for line in open(args.sum)]
        total = [sum(c) for c in zip(*rows)] if rows else [0, 0, 0]
        print("%d passed, %d failed, %d skipped" % tuple(total))
        return 1 if total[1] or not total[0] else 0

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    env, started, total = environment(), [], [0, 0, 0]
    args.jobs = max(1, min(args.jobs, len(args.programs)))
    places = [env] * args.jobs
    env["DYNREPO_TEST_BUILD"] = TOP + "/build/plain"
    env["PYTHONPATH"] = HERE
    if args.wrap:
        env["DYNREPO_TEST_SLOW"] = "1"
    try:
        if not args.no_engine:
            certs = TOP + "/build/certs"
            subprocess.run([HERE + "/certs.sh", certs], check=True)
            env["DYNREPO_TEST_CERTS"] = certs
            if env.get("DYNREPO_ENDPOINT"):
                print("  using the server at " + env["DYNREPO_ENDPOINT"], flush=True)
                env.update({k: v for k, v in os.environ.items() if k.startswith("AWS_")})
                args.jobs = 1
                places = [env]
            else:
                places = [place(env, started, certs) for _ in range(args.jobs)]
        found = run_all(args.programs, places, args)
        total = [sum(c) for c in zip(total, *found)]
    finally:
        stop(started)
    if args.tally:
        with open(args.tally, "a") as f:
            f.write("%d %d %d\n" % tuple(total))
    else:
        print("%d passed, %d failed, %d skipped" % tuple(total), flush=True)
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
