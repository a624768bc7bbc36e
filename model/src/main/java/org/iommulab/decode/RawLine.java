package org.iommulab.decode;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a log.
 *
 * @param number from 1
 * @param text as it was read
 * @param body without what loggers put in front of it: time, host, level, task, marks of a quoted mail
 * @param seconds since boot, when the line says so
 */
public record RawLine(long number, String text, String body, OptionalDouble seconds) {
    private static final int MOST_PREFIXES = 8;

    /** What may stand in front, each once or more, in any order. */
    private static final Pattern PREFIX = Pattern.compile(
            "(?:> ?)++" // a quoted mail
                    + "|<\\d{1,3}>" // level, as /dev/kmsg and serial consoles have it
                    + "|(?:kern|user|daemon|syslog) *:(?:emerg|alert|crit|err|warn|notice|info|debug) *: " // dmesg -x
                    + "|\\[ *(?<seconds>\\d{1,9}\\.\\d{1,9})\\] ?" // seconds since boot
                    + "|\\[ *[TC]\\d{1,9}\\] ?" // task or CPU (CONFIG_PRINTK_CALLER)
                    + "|\\[\\p{Alpha}{3} \\p{Alpha}{3} +\\d{1,2} [\\d:]{8} \\d{4}\\] " // dmesg -T
                    + "|\\p{Alpha}{3} +\\d{1,2} [\\d:]{8}(?:\\.\\d{1,9})? " // syslog
                    + "|\\d{4}-\\d\\d-\\d\\d[T ][\\d:]{8}(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)? " // ISO 8601
                    + "|(?:[\\w.-]{1,64} )?kernel(?:\\[\\d{1,9}\\])?: ?"); // host and program

    /** Takes a line apart. */
    public static RawLine of(long number, String text) {
        Matcher prefix = PREFIX.matcher(text);
        OptionalDouble seconds = OptionalDouble.empty();
        int at = 0;
        for (int i = 0; i < MOST_PREFIXES && at < text.length(); i++) {
            if (text.charAt(at) == ' ' && at == 0) {
                at = blanks(text);
            }
            if (!prefix.region(at, text.length()).lookingAt()) {
                break;
            }
            if (prefix.group("seconds") != null) {
                seconds = OptionalDouble.of(Double.parseDouble(prefix.group("seconds")));
            }
            at = prefix.end();
        }
        return new RawLine(number, text, text.substring(at), seconds);
    }

    private static int blanks(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
