package org.iommulab.scenario;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.json.Form;
import org.iommulab.json.JsonValue;
import org.iommulab.json.Pointers;
import org.iommulab.json.RecordReader;

/**
 * How {@link ByKernel} is written: an object whose keys are kernels, each with one expectation or a list of them; or,
 * where every kernel is expected to do the same, that expectation itself.
 */
final class ByKernelForm implements Form {
    @Override
    public Optional<?> read(List<Type> arguments, Optional<JsonValue> json, String pointer, RecordReader reader) {
        Type expectation = arguments.getFirst();
        if (json.isEmpty()) {
            return Optional.of(ByKernel.none());
        }
        if (json.get() instanceof JsonValue.Obj object && !isExpectation(object, (Class<?>) expectation)) {
            return byKernel(expectation, object, pointer, reader);
        }
        return alternatives(expectation, json.get(), pointer, reader).map(all -> create(Map.of(KernelKey.ALL, all)));
    }

    private static boolean isExpectation(JsonValue.Obj json, Class<?> expectation) {
        return Arrays.stream(expectation.getRecordComponents())
                .map(RecordComponent::getName)
                .anyMatch(json.members()::containsKey);
    }

    private static Optional<?> byKernel(Type expectation, JsonValue.Obj json, String pointer, RecordReader reader) {
        var entries = new LinkedHashMap<String, List<Object>>();
        json.members().forEach((key, value) -> {
            String at = Pointers.child(pointer, key);
            KernelKey.problem(key, entries.keySet())
                    .ifPresentOrElse(
                            problem -> reader.problems().at(at, problem),
                            () -> alternatives(expectation, value, at, reader)
                                    .ifPresent(list -> entries.put(key, list)));
        });
        return entries.size() == json.members().size() ? Optional.of(create(entries)) : Optional.empty();
    }

    private static Optional<List<Object>> alternatives(
            Type expectation, JsonValue json, String pointer, RecordReader reader) {
        return json instanceof JsonValue.Arr list
                ? reader.list(expectation, list, pointer)
                : reader.value(expectation, json, pointer).map(List::of);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the type argument is only known as a Type here
    private static ByKernel<?> create(Map<String, List<Object>> entries) {
        return new ByKernel(entries);
    }
}
