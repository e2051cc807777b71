"""How the authors of several sets tell a failure's facts: what is told is stated from then on, in the words that are right.

It must not know in which notation a fact is told, nor what its author calls it.
"""

from .truth import EitherWay


class Telling:
    """What a failure says of itself. Who inherits has `chance`, `truth`, the names of what is lacking in `lacks`, and says in `when` how times are written."""

    # Facts by the parts that may be told of them.
    PARTS = {"date": "at", "time": "at", "operation": "where", "file": "where", "full": "panel"}

    def any_of(self, *what):
        return self.chance.choice(what)

    def likely(self, part=0.5):
        return self.chance.random() < part

    def has(self, field):
        """Whether there is anything to tell."""
        named = self.PARTS.get(field, field)
        return named not in self.lacks and (named in ("at", "where") or bool(getattr(self.truth, named)))

    def tell(self, field, *also):
        """The text of a fact, which is told from now on; nothing where there is none."""
        truth = self.truth
        if not self.has(field):
            return ""
        if field in ("at", "date", "time"):
            return self.when(field)
        if field in ("where", "operation", "file"):
            truth.say("where", f"{truth.operation} {truth.object}", *also)
            return {"where": f"{truth.operation} {truth.object}", "operation": truth.operation, "file": truth.object}[field]
        if field == "full":
            whole = f"{truth.program}/{truth.panel}"
            truth.say("panel", truth.panel, whole, *also)
            return whole
        value = getattr(truth, field)
        truth.say(field, value, *also)
        return value

    def programs(self, ordered=True):
        """The programs that called each other, the first caller first, are told; `ordered` is whether the text leaves no doubt who called whom."""
        truth = self.truth
        if not ordered:
            truth.call_stack = EitherWay(truth.call_stack)
        truth.say("call_stack", truth.call_stack)
        return list(truth.call_stack)

    def values(self, *others):
        """Fields with their values are told; `others` write a value otherwise, which is as right."""
        self.truth.say_fields({name: [value, *(other(value) for other in others)] for name, value in self.truth.fields})
        return self.truth.fields
