package org.iommulab.app.words;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;

/**
 * Why things happen, one plain sentence for each kernel function, callback, field, register or fault, from the resource
 * {@code why.properties}. A word without a sentence has none; nothing is made up.
 */
final class Explanations {
    private static final Properties WHY = read();

    private Explanations() {}

    private static Properties read() {
        var all = new Properties();
        try (var in = new InputStreamReader(
                Objects.requireNonNull(Explanations.class.getResourceAsStream("why.properties")),
                StandardCharsets.UTF_8)) {
            all.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** The sentence of the first of these keys that has one, or empty. */
    static String first(String... keys) {
        for (String key : keys) {
            String sentence = WHY.getProperty(key);
            if (sentence != null) {
                return sentence;
            }
        }
        return "";
    }

    static Set<String> keys() {
        return WHY.stringPropertyNames();
    }
}
