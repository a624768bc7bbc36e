package org.iommulab.json;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;

/** How a type that is no plain record is written; for a type of its own in another package. */
@FunctionalInterface
public interface Form {
    /**
     * @param arguments the type's own arguments: {@code T} of {@code ByKernel<T>}
     * @param json the value, empty when the field is missing
     * @return the value; empty when it is bad and {@code reader} has been told
     */
    Optional<?> read(List<Type> arguments, Optional<JsonValue> json, String pointer, RecordReader reader);
}
