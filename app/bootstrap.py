"""Sets up `.venv` for `make`, with nothing but Python itself: it runs before the dependencies are there.

It must say a clear sentence on a Python that is too old, so it keeps to syntax that Python 3.6 reads.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
LOCK = os.path.join(ROOT, "requirements.lock")
STAMP = os.path.join(VENV, "ready")
PYTHON = os.path.join(VENV, "bin", "python")
PIP = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
OLDEST, NEWEST = (3, 11), (3, 13)


def main():
    refuse_unfit_python()
    wanted = fingerprint()
    if os.path.exists(STAMP):
        with open(STAMP) as stamp:
            if stamp.read() == wanted:
                return
    began = time.time()
    say("Setting up .venv (once; about a minute).")
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    run([sys.executable, "-m", "venv", VENV], "could not make .venv. On Debian and Ubuntu: apt install python3-venv")
    install_locked_dependencies()
    pip = PIP + ["install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT]
    run(pip, "could not install Teller itself into .venv")
    with open(STAMP, "w") as stamp:
        stamp.write(wanted)
    say("Set up in %.0f s." % (time.time() - began))


def refuse_unfit_python():
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        fail(
            "Teller needs Python 3.11, 3.12 or 3.13; %s is %d.%d. "
            "Install one of them and name it: make demo PYTHON=python3.12" % (sys.executable, version[0], version[1])
        )


def fingerprint():
    """Of all that decides what is installed; the tools' own settings, which change more often, do not."""
    digest = hashlib.sha256(sys.version.encode() + ROOT.encode())
    with open(LOCK, "rb") as lock, open(os.path.join(ROOT, "pyproject.toml"), "rb") as project:
        digest.update(lock.read() + project.read().split(b"\n[tool.ruff]")[0])
    return digest.hexdigest()


def install_locked_dependencies():
    """Shows a bar of packages while pip works, and pip's own words only when it fails.

    The lock is complete, so pip need not look for what else is needed. Most files are never imported; Python compiles
    the others as it meets them.
    """
    with open(LOCK) as lock:
        total = sum("==" in line and not line.startswith(" ") for line in lock)
    command = PIP + ["install", "--progress-bar", "off", "--no-compile", "--no-deps"]
    command += ["--require-hashes", "--requirement", LOCK]
    words, seen = [], 0
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    for line in pip.stdout or ():
        if not line.startswith("Ignoring "):  # packages for other systems
            words.append(line)
        if line.startswith(("Collecting ", "Processing ")):  # from an index; from a folder
            seen += 1
            show_bar(min(seen, total), total, "Collecting")
        elif line.startswith("Installing "):
            show_bar(min(seen, total), total, "Installing")
        elif "Retrying (Retry(" in line:
            say("  The package index does not answer; trying again.")
    say("")
    if pip.wait() != 0:
        sys.stderr.write("".join(words[-12:]))
        fail(
            "could not install the dependencies. "
            "Is there a network, or a package mirror set for pip? Then run the same command again."
        )


def show_bar(done, total, doing):
    if sys.stdout.isatty():
        filled = 30 * done // total
        bar = "#" * filled + "." * (30 - filled)
        sys.stdout.write("\r  [%s] %-10s %d of at most %d packages " % (bar, doing, done, total))
        sys.stdout.flush()
    elif doing == "Installing" or done % 40 == 1:
        say("  %s %d of at most %d packages" % (doing, done, total))


def run(command, otherwise):
    if subprocess.call(command) != 0:
        fail(otherwise)


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(text):
    sys.stderr.write("teller: " + text + "\n")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        fail("set-up was stopped. Run the same command again to finish it.")
