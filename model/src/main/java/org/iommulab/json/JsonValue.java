package org.iommulab.json;

import java.util.List;
import java.util.Map;

/** A JSON value with its place in the text. */
public sealed interface JsonValue {
    Place place();

    /** What it is, in words for messages. */
    default String kind() {
        return switch (this) {
            case Obj _ -> "an object";
            case Arr _ -> "a list";
            case Text _ -> "a text";
            case Num _ -> "a number";
            case Flag _ -> "true or false";
            case Nothing _ -> "null";
        };
    }

    /** @param names the place of each member's name; same keys as {@code members} */
    record Obj(Place place, Map<String, JsonValue> members, Map<String, Place> names) implements JsonValue {}

    record Arr(Place place, List<JsonValue> elements) implements JsonValue {}

    record Text(Place place, String text) implements JsonValue {}

    /** @param literal as it was written */
    record Num(Place place, String literal) implements JsonValue {}

    record Flag(Place place, boolean value) implements JsonValue {}

    record Nothing(Place place) implements JsonValue {}
}
