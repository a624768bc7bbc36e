package org.iommulab.app.walk;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Pen;

/** Breaks a sentence into lines. */
final class Wrap {
    private Wrap() {}

    static List<String> lines(Pen pen, String text, Face face, double width) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (String word : text.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && pen.width(longer, face) > width) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(word);
            } else {
                line.setLength(0);
                line.append(longer);
            }
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }
}
