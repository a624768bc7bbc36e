package org.iommulab.decode;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line that a kernel function prints. Finding out that a line is another one is cheap. */
public final class LineForm {
    /** {@code dev_err} and its kin put the driver's and the device's name in front. */
    private static final String DEVICE = "(?:(?<driver>[^\\s:\\[]++|\\(null\\)) (?<device>[^\\s]+?): )?";

    /** How many words before the mark a line may begin, where a logger put something in front that we do not know. */
    private static final int WORDS_BEFORE = 10;

    private final String mark;
    private final Pattern pattern;
    private final boolean ofDevice;
    private final boolean whole;

    private LineForm(String front, String text, boolean whole) {
        Template template = Template.of(front, text);
        this.mark = template.mark();
        this.pattern = template.pattern();
        this.ofDevice = !front.isEmpty();
        this.whole = whole;
    }

    /** A line about a device, which begins with its driver's and its own name; the text is a {@link Template}. */
    public static LineForm ofDevice(String text) {
        return new LineForm(DEVICE, text, false);
    }

    /** A line as this {@link Template} says. */
    public static LineForm of(String text) {
        return new LineForm("", text, false);
    }

    /** A line that has nothing but this {@link Template}, and blanks in front of it: too little to be found among words. */
    public static LineForm whole(String text) {
        return new LineForm("", text, true);
    }

    /** What is found in the line, by name; nothing when it is another line. */
    Optional<Map<String, String>> match(RawLine line) {
        String body = line.body();
        int marked = mark.isEmpty() ? body.length() : body.indexOf(mark);
        if (marked < 0) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(body);
        int start = whole ? blanks(body) : firstStart(body, marked);
        int best = -1;
        for (int at = start; at <= marked; at = whole ? body.length() + 1 : nextWord(body, at)) {
            if (matcher.region(at, body.length()).lookingAt()) {
                // With the names where there are some: they stand to the left of the rest.
                best = at;
                if (!ofDevice || matcher.group("device") != null) {
                    break;
                }
            }
        }
        if (best < 0) {
            return Optional.empty();
        }
        matcher.region(best, body.length()).lookingAt();
        return Optional.of(groups(matcher));
    }

    private static int firstStart(String body, int marked) {
        int at = marked;
        for (int words = 0; words < WORDS_BEFORE && at > 0; words++) {
            at = body.lastIndexOf(' ', at - 2) + 1;
        }
        return at;
    }

    private static int blanks(String body) {
        int at = 0;
        while (at < body.length() && body.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private static int nextWord(String body, int at) {
        int blank = body.indexOf(' ', at);
        return (blank < 0 ? body.length() : blank) + 1;
    }

    private Map<String, String> groups(Matcher matcher) {
        var groups = new LinkedHashMap<String, String>();
        for (String name : pattern.namedGroups().keySet()) {
            String value = matcher.group(name);
            if (value != null) {
                groups.put(name, value);
            }
        }
        return groups;
    }
}
