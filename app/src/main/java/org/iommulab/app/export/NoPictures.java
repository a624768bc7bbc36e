package org.iommulab.app.export;

/**
 * Pictures cannot be painted on this machine because something that JavaFX needs is missing. The message names it; text
 * and SVG still work.
 */
public final class NoPictures extends RuntimeException {
    private static final long serialVersionUID = 1;

    private NoPictures(String message, Throwable cause) {
        super(message, cause);
    }

    /** Finds out what is missing from what JavaFX said. */
    static NoPictures because(Throwable trouble) {
        return new NoPictures(
                "no pictures on this machine: " + missing(trouble) + "; text and SVG work without it", trouble);
    }

    private static String missing(Throwable trouble) {
        var said = new StringBuilder();
        for (Throwable t = trouble; t != null && said.length() < 100_000; t = t.getCause()) {
            said.append(t).append('\n');
            for (StackTraceElement element : t.getStackTrace()) {
                said.append(element).append('\n');
            }
        }
        String all = said.toString();
        if (all.contains("javafx_font_pango") || all.contains("GlyphLayoutManager") || all.contains("libpango")) {
            return "the library libpangoft2-1.0-0 is missing";
        }
        if (all.contains("no fonts")) {
            return "no font is installed (fonts-dejavu-core)";
        }
        if (all.contains("javafx_font") || all.contains("freetype") || all.contains("FontFactory")) {
            return "the library libfreetype6 is missing";
        }
        if (all.contains("GTK") || all.contains("glassgtk")) {
            return "the library libgtk-3-0 is missing";
        }
        if (all.contains("NoClassDefFoundError: javafx") || all.contains("ClassNotFoundException: javafx")) {
            return "JavaFX is not on the class path";
        }
        if (all.contains("UnsatisfiedLinkError")) {
            return "a native library of JavaFX could not be loaded (" + trouble.getMessage() + ")";
        }
        return "JavaFX does not start (" + trouble + ")";
    }
}
