package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;

/** A file of a capture cannot be used; the message says which, where and what was expected. */
public final class BadCapture extends IOException {
    private static final long serialVersionUID = 1;

    BadCapture(Path file, int line, String what) {
        super(file + ":" + line + ": " + what);
    }

    BadCapture(Path file, String what) {
        super(file + ": " + what);
    }
}
