"""What the scripts of this folder that compare mwscope with real programs have in common: checks that are counted."""

passed = failed = 0


def check(what, right, seen=""):
    """Counts a check; one that fails is printed with the beginning of what was seen instead."""
    global passed, failed
    if right:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {what}: {str(seen)[:800]}")


def counted():
    """Prints the last line, which CI counts by, and gives the status to end with."""
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
