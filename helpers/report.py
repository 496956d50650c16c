"""What a loader read, dropped, added and noticed: nothing disappears without a count."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """Counts of one reading, table by table.

    For every table, rows kept = rows read - rows dropped + rows added. A note counts rows that
    stay although something about them is odd.

    Examples
    --------
    >>> report = Report("three rows written by hand")
    >>> report.read("DIAGNOSES", 3)
    >>> report.drop("DIAGNOSES", "no code", 1)
    >>> report.note("DIAGNOSES", "without a name", 2)
    >>> report
    Report on three rows written by hand
      DIAGNOSES: 3 rows read, 2 kept
        1 dropped: no code
        2 noted: without a name
    """

    source: str
    rows_read: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    added: dict[str, dict[str, int]] = field(default_factory=dict)
    noted: dict[str, dict[str, int]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def read(self, table: str, rows: int) -> None:
        """Count rows as they came from the file."""
        self.rows_read[table] = self.rows_read.get(table, 0) + rows

    def drop(self, table: str, reason: str, rows: int) -> None:
        """Count rows that are left out, and why; a count of 0 is not kept."""
        _count(self.dropped, table, reason, rows)

    def add(self, table: str, reason: str, rows: int) -> None:
        """Count rows that are in no file but follow from it."""
        _count(self.added, table, reason, rows)

    def note(self, table: str, what: str, rows: int) -> None:
        """Count rows that are kept although they are odd."""
        _count(self.noted, table, what, rows)

    def note_lines(self, table: str, what: str, lines: dict[int, str]) -> None:
        """Count values that make no sense, and show the first one with its line."""
        for line, value in list(lines.items())[:1]:
            self.note(table, f"{what}, first on line {line}: {value!r}", len(lines))

    def remark(self, text: str) -> None:
        """Say something about the whole reading, such as a table that is not there."""
        self.remarks.append(text)

    def kept(self, table: str) -> int:
        """Rows of `table` that are left: read - dropped + added."""
        lost = sum(self.dropped.get(table, {}).values())
        return self.rows_read.get(table, 0) - lost + sum(self.added.get(table, {}).values())

    def __repr__(self) -> str:
        """Return the whole account, one line a count, tables in the order they were read."""
        lines = [f"Report on {self.source}"]
        books = {"dropped": self.dropped, "added": self.added, "noted": self.noted}
        tables = dict.fromkeys([*self.rows_read, *(t for book in books.values() for t in book)])
        for table in tables:
            rows = self.rows_read.get(table)
            line = f"  {table}" if rows is None else f"  {table}: {rows:,} rows read"
            lines.append(line if rows is None else f"{line}, {self.kept(table):,} kept")
            for verb, book in books.items():
                for reason, count in book.get(table, {}).items():
                    lines.append(f"    {count:,} {verb}: {reason}")
        return "\n".join([*lines, *(f"  {text}" for text in self.remarks)])


def _count(book: dict[str, dict[str, int]], table: str, reason: str, rows: int) -> None:
    if rows:
        reasons = book.setdefault(table, {})
        reasons[reason] = reasons.get(reason, 0) + int(rows)
