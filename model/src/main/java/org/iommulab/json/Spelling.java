package org.iommulab.json;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How Java names are written in JSON, and what may be left out. */
public final class Spelling {
    private static final Pattern HUMPS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    /** Asked for with every action of every story. */
    private static final ClassValue<Map<String, Class<?>>> CHOICES = new ClassValue<>() {
        @Override
        protected Map<String, Class<?>> computeValue(Class<?> sealed) {
            return findChoices(sealed);
        }
    };

    private Spelling() {}

    /** {@code READ_WRITE} is {@code read-write}. */
    public static String constant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code RegisterDriver} is {@code register-driver}. */
    public static String choice(Class<?> record) {
        return HUMPS.matcher(record.getSimpleName()).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    /** The records of a sealed interface by the value of its {@link Choice} field, in the order of the source. */
    public static Map<String, Class<?>> choices(Class<?> sealed) {
        return CHOICES.get(sealed);
    }

    private static Map<String, Class<?>> findChoices(Class<?> sealed) {
        var choices = new LinkedHashMap<String, Class<?>>();
        for (Class<?> record : sealed.getPermittedSubclasses()) {
            if (record.isSealed()) {
                choices.putAll(choices(record)); // a family of them, in a file of its own
            } else {
                choices.put(choice(record), record);
            }
        }
        return Collections.unmodifiableMap(choices);
    }

    /** The field of a component. */
    public static String field(RecordComponent component) {
        FieldName named = component.getAnnotation(FieldName.class);
        return named == null ? component.getName() : named.value();
    }

    /** What stands for a missing field; empty when it may not be missing. */
    static Optional<?> missing(Class<?> type) {
        if (type == Optional.class) {
            return Optional.of(Optional.empty());
        }
        if (type == OptionalInt.class) {
            return Optional.of(OptionalInt.empty());
        }
        if (type == OptionalLong.class) {
            return Optional.of(OptionalLong.empty());
        }
        if (type == List.class) {
            return Optional.of(List.of());
        }
        return type == Map.class ? Optional.of(Map.of()) : Optional.empty();
    }

    /** What a value of this type looks like, in words. */
    static String expected(Class<?> type) {
        if (type == String.class) {
            return "a text";
        }
        if (type == int.class || type == OptionalInt.class) {
            return "a whole number";
        }
        if (type == Long.class) {
            return "a whole number, or one written as \"0x1000\"";
        }
        if (type == long.class || type == OptionalLong.class) {
            return "a number written as \"0x1000\"";
        }
        if (type.isEnum()) {
            return "one of: "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> constant((Enum<?>) constant))
                            .collect(Collectors.joining(", "));
        }
        return type == List.class ? "a list" : "an object";
    }
}
