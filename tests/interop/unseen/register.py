"""The notations of a set, each by its name."""


class Register:
    """Those of pairs get them and give text, those of a whole dump get the sheet."""

    def __init__(self):
        self.lines, self.documents, self.named = {}, {}, set()

    def notation(self, write):
        self.lines[write.__name__] = write
        return write

    def document(self, write):
        self.documents[write.__name__] = write
        return write

    def names(self, write):
        """Its keys are names as programs have them."""
        self.named.add(write.__name__)
        return write

    def each(self, name, form, named=False):
        """Each pair on lines of its own."""
        self.lines[name] = lambda chance, pairs: "\n".join(form(key, value) for key, value in pairs)
        if named:
            self.named.add(name)
