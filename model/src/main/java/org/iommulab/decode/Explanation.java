package org.iommulab.decode;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;

/** What a report means; made by the vendor's room that knows it. */
public final class Explanation {
    private final String title;
    private final String sentence;
    private final List<Field> fields = new ArrayList<>();

    private Explanation(String title, String sentence) {
        this.title = title;
        this.sentence = sentence;
    }

    /**
     * @param title a few words: {@code DMA write refused}
     * @param sentence what happened, in plain words
     */
    public static Explanation of(String title, String sentence) {
        return new Explanation(title, sentence);
    }

    public Explanation field(String name, String value, String meaning, String source) {
        return bits(name, value, meaning, List.of(), source);
    }

    public Explanation bits(String name, String value, String meaning, List<BitField> bits, String source) {
        if (!value.isEmpty()) {
            fields.add(new Field(name, value, meaning, bits, source));
        }
        return this;
    }

    /** The names that {@code dev_err} puts in front, where the line has them. */
    public Explanation device(Found found, String meaning) {
        return field("device", found.device(), meaning, "the names in front: dev_driver_string and dev_name");
    }

    String title() {
        return title;
    }

    String sentence() {
        return sentence;
    }

    List<Field> fields() {
        return List.copyOf(fields);
    }
}
