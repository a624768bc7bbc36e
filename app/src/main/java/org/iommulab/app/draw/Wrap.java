package org.iommulab.app.draw;

import java.util.ArrayList;
import java.util.List;

/** Breaks sentences into lines. */
public final class Wrap {
    private Wrap() {}

    /** At most {@code most} lines; the last one is cut with an ellipsis where the rest is too long. */
    public static List<String> lines(Pen pen, String text, Face face, double width, int most) {
        var lines = new ArrayList<String>();
        String line = "";
        for (String word : text.strip().split("\\s+")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (lines.size() < most - 1 && !line.isEmpty() && pen.width(longer, face) > width) {
                lines.add(line);
                line = word;
            } else {
                line = longer;
            }
        }
        if (!line.isEmpty()) {
            lines.add(pen.fit(line, face, width));
        }
        return lines;
    }
}
