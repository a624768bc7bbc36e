package org.iommulab.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A kernel's command line as the kernel reads it (kernel/params.c, lib/kstrtox.c): words between blanks, a dash in a
 * name the same as an underscore, and of what stands there several times the last that can be understood.
 */
public final class CommandLine {
    private final List<Word> words;

    public CommandLine(String text) {
        this.words = Arrays.stream(text.strip().split("\\s+")).map(Word::of).toList();
    }

    /**
     * A word.
     *
     * @param value what stands behind the equals sign; empty without one
     */
    public record Word(String name, String value) {
        static Word of(String text) {
            int equals = text.indexOf('=');
            return equals < 0 ? new Word(text, "") : new Word(text.substring(0, equals), text.substring(equals + 1));
        }

        public boolean is(String other) {
            return name.replace('-', '_').equals(other.replace('-', '_'));
        }

        /** What stands between commas. */
        public List<String> list() {
            return Arrays.stream(value.split(","))
                    .filter(part -> !part.isEmpty())
                    .toList();
        }
    }

    public List<Word> words() {
        return words;
    }

    /** What stands behind {@code name=}, in order; empty for the name alone. */
    public List<String> values(String name) {
        return words.stream().filter(word -> word.is(name)).map(Word::value).toList();
    }

    /** What stands behind the last {@code name=}; empty text for the name alone. */
    public Optional<String> last(String name) {
        return values(name).stream().reduce((first, second) -> second);
    }

    /** The words between commas behind {@code name=}, of all its occurrences. */
    public List<String> list(String name) {
        return words.stream()
                .filter(word -> word.is(name))
                .flatMap(word -> word.list().stream())
                .toList();
    }

    /** {@code iommu=off} of x86 (arch/x86/kernel/pci-dma.c: no_iommu): no IOMMU driver looks for its units. */
    public boolean hasNoIommu() {
        return list("iommu").stream().anyMatch(word -> word.startsWith("off"));
    }

    /** Whether nobody forbids remapping interrupts (drivers/iommu/irq_remapping.c: setup_nointremap, setup_irqremap). */
    public boolean remapsInterrupts() {
        return values("nointremap").isEmpty()
                && list("intremap").stream()
                        .filter(word -> word.startsWith("on") || word.startsWith("off"))
                        .reduce((first, second) -> second)
                        .filter(word -> word.startsWith("off"))
                        .isEmpty();
    }

    /** A decimal number (kstrtoint); what is none is not heard. */
    public OptionalInt integer(String name) {
        return values(name).stream()
                .filter(value -> value.matches("[+-]?[0-9]{1,9}"))
                .mapToInt(Integer::parseInt)
                .reduce((first, second) -> second);
    }

    /** A yes or no that a module takes (param_set_bool): the name alone means yes, and what is neither is not heard. */
    public Optional<Boolean> parameter(String name) {
        return values(name).stream()
                .map(value -> value.isEmpty() ? Optional.of(true) : truth(value))
                .flatMap(Optional::stream)
                .reduce((first, second) -> second);
    }

    /** A yes or no that an early parameter takes; a value that is neither is as if it were not there. */
    public Optional<Boolean> flag(String name) {
        return values(name).stream()
                .map(CommandLine::truth)
                .flatMap(Optional::stream)
                .reduce((first, second) -> second);
    }

    /** kstrtobool. */
    public static Optional<Boolean> truth(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                switch (value.charAt(0)) {
                    case 'y', 'Y', 't', 'T', '1' -> true;
                    case 'n', 'N', 'f', 'F', '0' -> false;
                    case 'o', 'O' -> onOrOff(value);
                    default -> null;
                });
    }

    private static @Nullable Boolean onOrOff(String value) {
        return switch (value.length() > 1 ? value.charAt(1) : ' ') {
            case 'n', 'N' -> true;
            case 'f', 'F' -> false;
            default -> null;
        };
    }
}
