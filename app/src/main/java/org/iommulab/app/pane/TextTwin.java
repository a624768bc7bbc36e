package org.iommulab.app.pane;

import java.util.List;

/** A picture that can also be read: the same content as plain lines, for screen readers, the key T and tests. */
public interface TextTwin {
    /** What the pane shows now, line by line; nested things are indented by two blanks. */
    List<String> textTwin();
}
