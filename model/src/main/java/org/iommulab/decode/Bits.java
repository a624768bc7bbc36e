package org.iommulab.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import org.iommulab.hardware.BitField;

/** The fields of a word, as they are put together one by one. */
public final class Bits {
    private final long word;
    private final List<BitField> fields = new ArrayList<>();

    private Bits(long word) {
        this.word = word;
    }

    public static Bits of(long word) {
        return new Bits(word);
    }

    /** A bit that is told of in either case. */
    public Bits flag(String name, int bit, String set, String clear) {
        fields.add(BitField.flag(name, bit, word, set, clear));
        return this;
    }

    /** A bit that is only told of when it is set. */
    public Bits ifSet(String name, int bit, String meaning) {
        return (word >>> bit & 1) == 0 ? this : flag(name, bit, meaning, "");
    }

    public Bits field(String name, int high, int low, String meaning) {
        return field(name, high, low, _ -> meaning);
    }

    /** @param meaning of the field's value */
    public Bits field(String name, int high, int low, LongFunction<String> meaning) {
        long value = BitField.of(name, high, low, word, "").value();
        fields.add(new BitField(name, high, low, value, meaning.apply(value)));
        return this;
    }

    /** The fields from the most significant to the least. */
    public List<BitField> list() {
        return fields.stream()
                .sorted(Comparator.comparingInt(BitField::high).reversed())
                .toList();
    }
}
