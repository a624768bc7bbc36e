package org.iommulab.decode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that were found in the lines of a report, by the names of the groups; each may be there several times. */
public final class Found {
    private static final Pattern PAIR = Pattern.compile("(\\w{1,32})=(?:px)?([^\\s,\\]]{1,64})");

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    void add(Map<String, String> line) {
        line.forEach((name, value) ->
                values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** All values, in the order of the lines. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** The first value; empty when there is none. */
    public String text(String name) {
        List<String> all = values.getOrDefault(name, List.of());
        return all.isEmpty() ? "" : all.getFirst();
    }

    public Optional<String> find(String name) {
        return Optional.of(text(name)).filter(text -> !text.isEmpty());
    }

    /** The first value as a hexadecimal number, with or without 0x; 0 when there is none. */
    public long hex(String name) {
        return hexOf(text(name));
    }

    /** The first value as a decimal number; 0 when there is none. */
    public int decimal(String name) {
        String text = text(name);
        try {
            return text.isEmpty() ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return text.startsWith("-") ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
    }

    /** A hexadecimal number; of one with more than 16 digits the last 16. */
    public static long hexOf(String text) {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits.substring(Math.max(0, digits.length() - 16)), 16);
    }

    /** What {@code name=value} says in a text, in its order; names that are there twice count once. */
    public Map<String, String> pairs(String name) {
        var pairs = new LinkedHashMap<String, String>();
        Matcher pair = PAIR.matcher(text(name));
        while (pair.find()) {
            pairs.putIfAbsent(pair.group(1), pair.group(2));
        }
        return pairs;
    }

    /** The driver and the device at the front of the line; empty when there are none. */
    public String device() {
        return text("device");
    }
}
