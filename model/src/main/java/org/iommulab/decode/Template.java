package org.iommulab.decode;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a line is written down: as the kernel prints it, with a place for each value. {@code {iova:x}} is a hexadecimal
 * number with or without 0x, {@code {id:d}} a decimal one, {@code {name:s}} a word, {@code {name:w}} letters, digits and
 * underscores, {@code {words:r}} the rest of the line, {@code {cause:/A|B/}} one of these. What stands between
 * {@code {?} and {@code ?}} may be missing.
 *
 * @param mark the longest text that every such line has
 */
record Template(String mark, Pattern pattern) {
    private static final Pattern PLACE = Pattern.compile(
            "\\{(?<name>[a-zA-Z0-9]+):(?:(?<kind>[xdswr])|/(?<own>[^/]*)/)\\}|(?<from>\\{\\?)|(?<to>\\?\\})");

    /** @param front what may stand in front, as a regular expression */
    static Template of(String front, String text) {
        var expression = new StringBuilder(front);
        String mark = "";
        int depth = 0;
        int at = 0;
        Matcher place = PLACE.matcher(text);
        while (place.find()) {
            String between = text.substring(at, place.start());
            mark = depth == 0 && between.length() > mark.length() ? between : mark;
            expression.append(quoted(between));
            if (place.group("from") != null) {
                depth++;
                expression.append("(?:");
            } else if (place.group("to") != null) {
                depth--;
                expression.append(")?");
            } else {
                expression
                        .append("(?<")
                        .append(place.group("name"))
                        .append('>')
                        .append(values(place.group("kind"), place.group("own")))
                        .append(')');
            }
            at = place.end();
        }
        String rest = text.substring(at);
        mark = depth == 0 && rest.length() > mark.length() ? rest : mark;
        return new Template(
                mark, Pattern.compile(expression.append(quoted(rest)).toString()));
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "" : Pattern.quote(text);
    }

    private static String values(@org.jspecify.annotations.Nullable String kind, String own) {
        if (kind == null) {
            return own;
        }
        return switch (kind) {
            case "x" -> "(?:0x)?[0-9a-fA-F]{1,16}";
            case "d" -> "-?\\d{1,10}";
            case "w" -> "\\w{1,64}";
            case "s" -> "\\S{1,128}";
            default -> ".{0,512}";
        };
    }
}
