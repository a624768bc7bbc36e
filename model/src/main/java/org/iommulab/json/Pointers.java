package org.iommulab.json;

import org.jspecify.annotations.Nullable;

/** JSON pointers (RFC 6901). */
public final class Pointers {
    private Pointers() {}

    /** The pointer of a member or element of the value at {@code pointer}. */
    public static String child(String pointer, Object name) {
        return pointer + "/" + name.toString().replace("~", "~0").replace("/", "~1");
    }

    static Place place(JsonValue document, String pointer) {
        JsonValue at = document;
        String[] parts = pointer.split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            String name = parts[i].replace("~1", "/").replace("~0", "~");
            JsonValue next = switch (at) {
                case JsonValue.Obj object -> object.members().get(name);
                case JsonValue.Arr array -> element(array, name);
                default -> null;
            };
            if (next == null) {
                return at.place();
            }
            at = next;
        }
        return at.place();
    }

    private static @Nullable JsonValue element(JsonValue.Arr array, String index) {
        if (!index.matches("\\d{1,6}")) {
            return null;
        }
        int at = Integer.parseInt(index);
        return at < array.elements().size() ? array.elements().get(at) : null;
    }
}
