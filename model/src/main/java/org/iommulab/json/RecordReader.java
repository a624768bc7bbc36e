package org.iommulab.json;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Fills records from JSON, strictly: a field for each component and no other. Goes on after a problem, so that a file's
 * problems are told together.
 *
 * <p>{@code int} is a JSON number; {@code long} is an address or a size and is written {@code "0x1000"}; an enum's
 * constants are written in lower case with hyphens. {@code Optional}, lists and maps may be missing, everything else may
 * not. A sealed interface of records has a field that says which, see {@link Choice}.
 */
public final class RecordReader {
    private static final Pattern INT = Pattern.compile("-?\\d{1,9}");
    private static final Pattern LONG = Pattern.compile("-?\\d{1,18}");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,16}");

    private final Problems problems;
    private final Map<Class<?>, Form> forms;

    public RecordReader(Problems problems, Map<Class<?>, Form> forms) {
        this.problems = problems;
        this.forms = Map.copyOf(forms);
    }

    public Problems problems() {
        return problems;
    }

    /** The document as a record; empty when something in it is bad. */
    public <T extends Record> Optional<T> document(Class<T> type, JsonValue json) {
        return value(type, json, "").map(type::cast);
    }

    /** A value of this type; empty when it is bad. */
    public Optional<?> value(Type type, JsonValue json, String pointer) {
        if (json instanceof JsonValue.Nothing) {
            return bad(json, pointer, "null", expected(type) + "; leave out what is not there");
        }
        if (type instanceof ParameterizedType generic) {
            return generic(generic, json, pointer);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return json instanceof JsonValue.Obj object
                    ? record(plain, object, pointer, Set.of())
                    : bad(json, pointer, json.kind(), expected(type));
        }
        if (plain.isAnnotationPresent(Choice.class)) {
            return json instanceof JsonValue.Obj object
                    ? choice(plain, object, pointer, Set.of())
                    : bad(json, pointer, json.kind(), expected(type));
        }
        return scalar(plain, json, pointer);
    }

    @SuppressWarnings("OptionalMapToOptional") // a value that was read, and it is an Optional
    private Optional<?> generic(ParameterizedType type, JsonValue json, String pointer) {
        var raw = (Class<?>) type.getRawType();
        List<Type> arguments = List.of(type.getActualTypeArguments());
        if (forms.containsKey(raw)) {
            return forms.get(raw).read(arguments, Optional.of(json), pointer, this);
        }
        if (raw == Optional.class) {
            return value(arguments.getFirst(), json, pointer).map(Optional::of);
        }
        if (raw == List.class) {
            return json instanceof JsonValue.Arr array
                    ? list(arguments.getFirst(), array, pointer)
                    : bad(json, pointer, json.kind(), "a list");
        }
        return json instanceof JsonValue.Obj object
                ? map(arguments.getLast(), object, pointer)
                : bad(json, pointer, json.kind(), "an object");
    }

    /** Every element; empty when one is bad. */
    public Optional<List<Object>> list(Type element, JsonValue.Arr json, String pointer) {
        var values = new ArrayList<>();
        for (int i = 0; i < json.elements().size(); i++) {
            value(element, json.elements().get(i), Pointers.child(pointer, i)).ifPresent(values::add);
        }
        return values.size() == json.elements().size() ? Optional.of(values) : Optional.empty();
    }

    private Optional<Map<String, Object>> map(Type element, JsonValue.Obj json, String pointer) {
        var values = new LinkedHashMap<String, Object>();
        json.members()
                .forEach((name, value) ->
                        value(element, value, Pointers.child(pointer, name)).ifPresent(v -> values.put(name, v)));
        return values.size() == json.members().size() ? Optional.of(values) : Optional.empty();
    }

    private Optional<?> scalar(Class<?> type, JsonValue json, String pointer) {
        if (type == String.class && json instanceof JsonValue.Text text) {
            return Optional.of(text.text());
        }
        if (type.isEnum() && json instanceof JsonValue.Text text) {
            return constant(type, text, pointer);
        }
        if ((type == int.class || type == OptionalInt.class)
                && json instanceof JsonValue.Num number
                && INT.matcher(number.literal()).matches()) {
            int value = Integer.parseInt(number.literal());
            return Optional.of(type == OptionalInt.class ? OptionalInt.of(value) : value);
        }
        if (type == Long.class
                && json instanceof JsonValue.Num number
                && LONG.matcher(number.literal()).matches()) {
            return Optional.of(Long.parseLong(number.literal()));
        }
        if ((type == long.class || type == Long.class || type == OptionalLong.class)
                && json instanceof JsonValue.Text text
                && HEX.matcher(text.text()).matches()) {
            long value = Long.parseUnsignedLong(text.text(), 2, text.text().length(), 16);
            return Optional.of(type == OptionalLong.class ? OptionalLong.of(value) : value);
        }
        String found = json instanceof JsonValue.Text text
                ? "'" + text.text() + "'"
                : json instanceof JsonValue.Num number ? number.literal() : json.kind();
        return bad(json, pointer, found, expected(type));
    }

    private Optional<?> constant(Class<?> type, JsonValue.Text json, String pointer) {
        Map<String, Object> known = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            known.put(Spelling.constant((Enum<?>) constant), constant);
        }
        Object value = known.get(json.text());
        if (value == null) {
            problems.add(
                    json.place(),
                    pointer,
                    "unknown value '" + json.text() + "'" + Names.hint(json.text(), known.keySet()));
        }
        return Optional.ofNullable(value);
    }

    private Optional<?> choice(Class<?> type, JsonValue.Obj json, String pointer, Set<String> alsoKnown) {
        String field = type.getAnnotation(Choice.class).value();
        Map<String, Class<?>> known = Spelling.choices(type);
        switch (json.members().get(field)) {
            case null -> {
                return bad(json, pointer, "no '" + field + "'", "one of: " + String.join(", ", known.keySet()));
            }
            case JsonValue.Text(Place place, String name) -> {
                Class<?> chosen = known.get(name);
                if (chosen == null) {
                    problems.add(
                            place,
                            Pointers.child(pointer, field),
                            "unknown value '" + name + "'" + Names.hint(name, known.keySet()));
                    return Optional.empty();
                }
                var fields = new HashSet<>(alsoKnown);
                fields.add(field);
                return record(chosen, json, pointer, fields);
            }
            case JsonValue other -> {
                return bad(other, Pointers.child(pointer, field), other.kind(), "a text");
            }
        }
    }

    /** @param alsoKnown fields of the object that belong to somebody else */
    private Optional<?> record(Class<?> type, JsonValue.Obj json, String pointer, Set<String> alsoKnown) {
        RecordComponent[] components = type.getRecordComponents();
        Set<String> own = new LinkedHashSet<>();
        boolean hasInline = false;
        for (RecordComponent component : components) {
            if (component.isAnnotationPresent(Inline.class)) {
                hasInline = true;
            } else {
                own.add(Spelling.field(component));
            }
        }
        var known = new HashSet<>(own);
        known.addAll(alsoKnown);
        Set<String> meant = hasInline ? Set.of() : unknownFields(json, pointer, own, known);
        var values = new ArrayList<Optional<?>>();
        for (RecordComponent component : components) {
            values.add(
                    component.isAnnotationPresent(Inline.class)
                            ? inline(component.getType(), json, pointer, known)
                            : component(component, json, pointer, meant));
        }
        return (hasInline || known.containsAll(json.members().keySet()))
                        && values.stream().allMatch(Optional::isPresent)
                ? create(type, components, values, json, pointer)
                : Optional.empty();
    }

    private Optional<?> inline(Class<?> type, JsonValue.Obj json, String pointer, Set<String> known) {
        return type.isRecord() ? record(type, json, pointer, known) : choice(type, json, pointer, known);
    }

    /** Tells of the fields that the record does not have; the names that were perhaps meant. */
    private Set<String> unknownFields(JsonValue.Obj json, String pointer, Set<String> own, Set<String> known) {
        var meant = new HashSet<String>();
        for (String name : json.members().keySet()) {
            if (!known.contains(name)) {
                var candidates = new LinkedHashSet<>(own);
                candidates.addAll(known);
                candidates.removeAll(json.members().keySet());
                problems.add(
                        Objects.requireNonNull(json.names().get(name)),
                        Pointers.child(pointer, name),
                        "unknown field '" + name + "'" + Names.hint(name, candidates));
                Names.nearest(name, candidates).ifPresent(meant::add);
            }
        }
        return meant;
    }

    /** @param meant fields that stand there under a wrong name, of which was told */
    private Optional<?> component(RecordComponent component, JsonValue.Obj json, String pointer, Set<String> meant) {
        String name = Spelling.field(component);
        JsonValue value = json.members().get(name);
        if (value != null) {
            return value(component.getGenericType(), value, Pointers.child(pointer, name));
        }
        Class<?> type = component.getType();
        if (forms.containsKey(type)) {
            var generic = (ParameterizedType) component.getGenericType();
            return forms.get(type).read(List.of(generic.getActualTypeArguments()), Optional.empty(), pointer, this);
        }
        Optional<?> missing = Spelling.missing(type);
        if (missing.isEmpty() && !meant.contains(name)) {
            problems.add(json.place(), pointer, "'" + name + "' is missing, expected " + expected(type));
        }
        return missing;
    }

    private Optional<?> create(
            Class<?> type, RecordComponent[] components, List<Optional<?>> values, JsonValue json, String pointer) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] arguments = values.stream().map(Optional::orElseThrow).toArray();
        try {
            return Optional.of(type.getDeclaredConstructor(types).newInstance(arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException bad) {
                problems.add(json.place(), pointer, String.valueOf(bad.getMessage()));
                return Optional.empty();
            }
            throw new IllegalStateException("record " + type.getName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("record " + type.getName(), e);
        }
    }

    private Optional<?> bad(JsonValue json, String pointer, String found, String expected) {
        problems.add(json.place(), pointer, "found " + found + ", expected " + expected);
        return Optional.empty();
    }

    private static String expected(Type type) {
        return type instanceof Class<?> plain ? Spelling.expected(plain) : "a value";
    }
}
