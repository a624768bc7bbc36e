package org.iommulab.pagetable;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.iommulab.pagetable.TableFormat.Kind;

/**
 * What an algorithm needs to know of one level of a {@link TableFormat}, as numbers: made once by asking the format, so
 * that no virtual call is left on a hot path. Answers as the format's methods do.
 */
public final class Level {
    static final int EMPTY = Kind.EMPTY.ordinal();
    static final int TABLE = Kind.TABLE.ordinal();
    static final int LEAF = Kind.LEAF.ordinal();
    static final int REPLICATED = Kind.REPLICATED.ordinal();

    private static final Kind[] KINDS = Kind.values();
    private static final int MAX_TYPE_BITS = 4;

    /** A format is a value; there are as many as there are configurations of a unit. */
    private static final Map<TableFormat, Level[]> KNOWN = new ConcurrentHashMap<>();

    private final TableFormat format;
    private final int number;
    final int shift;
    final int indexMask;
    final int entryShift;
    private final int typeShift0;
    private final long typeMask0;
    private final int typeShift1;
    private final long typeMask1;
    private final long kinds;
    /** "An ordinary leaf of this level" is {@code (entry & leafMask) == leafValue}. */
    final long leafMask;

    final long leafValue;
    private final AddressBits outputs;
    private final AddressBits tables;
    private final long tableAttributes;
    private final long[] attributes;

    private Level(TableFormat format, int number) {
        this.format = format;
        this.number = number;
        shift = format.indexShift(number);
        indexMask = (1 << format.indexBits(number)) - 1;
        entryShift = Integer.numberOfTrailingZeros(format.entryBytes());

        long typeBits = format.kindMask(number);
        if (Long.bitCount(typeBits) > MAX_TYPE_BITS) {
            throw new IllegalArgumentException("more than " + MAX_TYPE_BITS + " bits decide the kind of an entry");
        }
        long low = typeBits & ~(typeBits + Long.lowestOneBit(typeBits));
        long high = typeBits & ~low;
        typeShift0 = low == 0 ? 0 : Long.numberOfTrailingZeros(low);
        typeMask0 = low >>> typeShift0;
        typeShift1 = high == 0 ? 0 : Long.numberOfTrailingZeros(high) - Long.bitCount(low);
        typeMask1 = high >>> typeShift1;

        long answers = 0;
        long allOfLeaves = -1;
        long anyOfLeaves = 0;
        int leaves = 0;
        for (int pattern = 0; pattern < 1 << Long.bitCount(typeBits); pattern++) {
            long entry = Long.expand(pattern, typeBits);
            int kind = format.kind(number, entry).ordinal();
            answers |= (long) kind << 2 * pattern;
            if (kind == LEAF) {
                leaves++;
                allOfLeaves &= entry;
                anyOfLeaves |= entry;
            }
        }
        kinds = answers;
        // The leaf patterns are one mask and value when every combination of the bits in which they differ is a leaf.
        long same = typeBits & ~(allOfLeaves ^ anyOfLeaves);
        boolean plain = leaves > 0 && leaves == 1 << Long.bitCount(typeBits & ~same);
        leafMask = plain ? same : 0;
        leafValue = plain ? anyOfLeaves & same : 1;

        int width = format.outputBits();
        boolean hasLeaves = format.pageSizes().stream().anyMatch(s -> s.level() == number && s.copies() == 1);
        outputs = AddressBits.of(a -> format.leaf(number, span(), a, 0), shift, hasLeaves ? width : shift);
        attributes = new long[hasLeaves ? Prot.COMBINATIONS : 0];
        for (int prot = 0; prot < attributes.length; prot++) {
            attributes[prot] = format.leaf(number, span(), 0, prot);
        }
        boolean hasTables = number + 1 < format.levels();
        int tableBit = hasTables ? Long.numberOfTrailingZeros(format.alignment(number + 1)) : 0;
        tables = AddressBits.of(a -> format.table(number, a), tableBit, hasTables ? width : tableBit);
        tableAttributes = hasTables ? format.table(number, 0) : 0;
    }

    /** All levels of a format, the root first. */
    public static Level[] of(TableFormat format) {
        return KNOWN.computeIfAbsent(format, Level::make).clone();
    }

    private static Level[] make(TableFormat format) {
        Level[] levels = new Level[format.levels()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = new Level(format, i);
        }
        return levels;
    }

    /** Bytes of input addresses that one entry covers. */
    public long span() {
        return 1L << shift;
    }

    public int entries() {
        return indexMask + 1;
    }

    /** Bytes of a table of this level. */
    public int tableBytes() {
        return entries() << entryShift;
    }

    public int index(long input) {
        return (int) (input >>> shift) & indexMask;
    }

    int kindNumber(long entry) {
        long pattern = entry >>> typeShift0 & typeMask0 | entry >>> typeShift1 & typeMask1;
        return (int) (kinds >>> (pattern << 1)) & 3;
    }

    public Kind kind(long entry) {
        return KINDS[kindNumber(entry)];
    }

    /** An ordinary leaf of this level: {@link #span} bytes. */
    public long leaf(long output, int prot) {
        return attributes[prot & Prot.COMBINATIONS - 1] | outputs.encode(output);
    }

    /** How far apart the entries of leaves are that map one page after the other. */
    long leafStep() {
        return outputs.encode(span());
    }

    /** Whether the entries of so many leaves, which map one page after the other, are all {@link #leafStep} apart. */
    boolean isEven(long output, int count) {
        return (output ^ output + (count - 1) * span()) >>> outputs.movedTogether() == 0;
    }

    /** Output address of the first byte that a leaf maps. */
    public long output(long entry) {
        return kindNumber(entry) == LEAF ? plainOutput(entry) : format.output(number, entry);
    }

    /** The same for an entry that is known to be an ordinary leaf. */
    AddressBits outputs() {
        return outputs;
    }

    /** By Prot bits: what a leaf says besides its address. */
    long[] attributes() {
        return attributes;
    }

    long plainOutput(long entry) {
        return outputs.decode(entry);
    }

    public long leafBytes(long entry) {
        return kindNumber(entry) == LEAF ? span() : format.leafBytes(number, entry);
    }

    public int prot(long entry) {
        return format.prot(number, entry);
    }

    /** The entry that points at a table of the next level. */
    public long table(long address) {
        return tableAttributes | tables.encode(address);
    }

    public long tableAddress(long entry) {
        return tables.decode(entry);
    }
}
