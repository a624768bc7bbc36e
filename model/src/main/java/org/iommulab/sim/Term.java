package org.iommulab.sim;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A word of the field with a number: a kernel function, a register, a log format, a field. Events carry the number;
 * the text is looked up when somebody looks at the event.
 *
 * <p>Terms are vocabulary, not machine state: they are interned once per JVM and shared by all machines. Their numbers
 * depend on class loading order, so nothing that leaves the JVM may contain a number.
 */
public final class Term {
    /** How an operand of an event is to be read. */
    public enum Operand {
        NONE,
        /** The id of a {@link SimObject}; 0 is the kernel's NULL. */
        OBJECT,
        HEX,
        DECIMAL,
        /** 0, or a negative errno. */
        ERRNO,
        YES_NO,
        /** {@code pfn << 24 | pages}: see {@link #packPages}. */
        PHYS_AND_PAGES,
        /** {@code pages << 32 | pages}. */
        PAGES_AND_PAGES
    }

    private static final int LIMIT = 1 << 16;
    private static final Map<Term.Key, Term> INTERNED = new ConcurrentHashMap<>();
    private static volatile Term[] byNumber = {};

    // by name alone, for the usual shapes: most of them are asked for with every object that is made
    private static final Map<String, Term> REFERENCES = new ConcurrentHashMap<>();
    private static final Map<String, Term> COUNTS = new ConcurrentHashMap<>();
    private static final Map<String, Term> FLAGS = new ConcurrentHashMap<>();
    private static final Map<String, Term> HEXES = new ConcurrentHashMap<>();

    // asked for with every object that is made: the hash of a record takes longer than all the rest
    private record Key(String name, String source, Operand a, Operand b, Operand result) {
        @Override
        public int hashCode() {
            return name.hashCode() + 31 * (a.ordinal() + 31 * (b.ordinal() + 31 * result.ordinal()));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && name.equals(key.name)
                    && source.equals(key.source)
                    && a == key.a
                    && b == key.b
                    && result == key.result;
        }
    }

    private final int number;
    private final Key key;

    private Term(int number, Key key) {
        this.number = number;
        this.key = key;
    }

    /** A kernel function with its file, or another word with an empty file. */
    public static Term of(String name, String source, Operand a, Operand b, Operand result) {
        var key = new Key(name, source, a, b, result);
        // known nearly always: computeIfAbsent would lock
        Term known = INTERNED.get(key);
        return known != null ? known : INTERNED.computeIfAbsent(key, Term::register);
    }

    /** A function whose operands are two objects and whose result is an errno: the usual shape. */
    public static Term function(String name, String source) {
        return of(name, source, Operand.OBJECT, Operand.OBJECT, Operand.ERRNO);
    }

    /** A field of an object; its old and new values are objects. */
    public static Term reference(String name) {
        return shaped(REFERENCES, name, Operand.OBJECT);
    }

    /** A field of an object; its old and new values are numbers. */
    public static Term count(String name) {
        return shaped(COUNTS, name, Operand.DECIMAL);
    }

    /** A field of an object; its old and new values are yes or no. */
    public static Term flag(String name) {
        return shaped(FLAGS, name, Operand.YES_NO);
    }

    /** Anything whose two operands are addresses or register values. */
    public static Term hex(String name) {
        return shaped(HEXES, name, Operand.HEX);
    }

    private static Term shaped(Map<String, Term> known, String name, Operand both) {
        Term term = known.get(name);
        return term != null ? term : known.computeIfAbsent(name, _ -> of(name, "", both, both, Operand.NONE));
    }

    private static synchronized Term register(Key key) {
        Term[] terms = byNumber;
        if (terms.length >= LIMIT) {
            throw new IllegalStateException("more than " + LIMIT + " terms");
        }
        var term = new Term(terms.length, key);
        Term[] more = Arrays.copyOf(terms, terms.length + 1);
        more[terms.length] = term;
        byNumber = more;
        return term;
    }

    static Term numbered(int number) {
        return byNumber[number];
    }

    /** Packs a page-aligned physical address (below 2^52) and a size (below 64 GiB) into one operand. */
    public static long packPages(long physicalAddress, long bytes) {
        return physicalAddress >>> 12 << 24 | bytes >>> 12;
    }

    /** Packs two page-aligned sizes into one operand. */
    public static long packSizes(long first, long second) {
        return first >>> 12 << 32 | second >>> 12;
    }

    int number() {
        return number;
    }

    /** This term as an operand of an event about another term: the text of a warning. 0 is no term. */
    public long asOperand() {
        return number + 1L;
    }

    /** The term that {@link #asOperand} stands for. */
    public static Optional<Term> ofOperand(long operand) {
        return operand == 0 ? Optional.empty() : Optional.of(numbered((int) operand - 1));
    }

    /** The word itself, as the kernel or the hardware manual spells it; for a log line its format. */
    public String name() {
        return key.name;
    }

    /** The kernel file that it is from, or empty. */
    public String source() {
        return key.source;
    }

    public Operand a() {
        return key.a;
    }

    public Operand b() {
        return key.b;
    }

    public Operand result() {
        return key.result;
    }

    @Override
    public String toString() {
        return key.name;
    }
}
