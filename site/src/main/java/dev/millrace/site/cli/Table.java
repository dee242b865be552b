package dev.millrace.site.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows under headings, in columns as wide as their widest cell.
///
/// A cell longer than [#MAX_CELL] characters is cut. Not safe for use by several threads.
public final class Table {

    private static final int MAX_CELL = 60;

    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] numeric;

    public Table(String... headings) {
        rows.add(headings);
        numeric = new boolean[headings.length];
        Arrays.fill(numeric, true);
    }

    /// Adds a row with one cell a heading.
    public Table row(Object... cells) {
        if (cells.length != numeric.length) {
            throw new IllegalArgumentException(
                    "cells: " + cells.length + " (expected: " + numeric.length + ")");
        }
        var texts = new String[cells.length];
        for (int column = 0; column < cells.length; column++) {
            texts[column] = cut(cells[column].toString());
            numeric[column] &= cells[column] instanceof Number;
        }
        rows.add(texts);
        return this;
    }

    /// The table, a line a row, every line ended.
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var cells : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < cells.length; column++) {
                int padding = width(column) - cells[column].length();
                line.append(column == 0 ? "  " : "   ");
                if (numeric[column] && rows.size() > 1) {
                    line.repeat(' ', padding).append(cells[column]);
                } else {
                    line.append(cells[column]).repeat(' ', padding);
                }
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(cells -> cells[column].length()).max().orElse(0);
    }

    private static String cut(String cell) {
        var line = cell.replaceAll("\\s+", " ").strip();
        return line.length() <= MAX_CELL ? line : line.substring(0, MAX_CELL - 1) + "…";
    }
}
