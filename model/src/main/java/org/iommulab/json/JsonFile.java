package org.iommulab.json;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** The text of a JSON file as a tree with places, within limits. */
public final class JsonFile {
    /** The largest file that is read. */
    public static final int MAX_BYTES = 1 << 20;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_BYTES)
                    .maxNestingDepth(16)
                    .maxStringLength(4_000)
                    .maxNameLength(100)
                    .maxNumberLength(20)
                    .maxTokenCount(200_000)
                    .build())
            .build();

    private JsonFile() {}

    /** The file's document; empty, with the reason among the problems, when it cannot be had. */
    public static Optional<JsonValue> read(Path file, Problems problems) {
        try {
            if (Files.isDirectory(file)) {
                problems.add(Place.START, "", "this is a folder, expected a file");
                return Optional.empty();
            }
            try (var in = Files.newInputStream(file)) {
                return parse(in.readNBytes(MAX_BYTES + 1), problems);
            }
        } catch (NoSuchFileException _) {
            problems.add(Place.START, "", "there is no such file");
        } catch (IOException e) {
            problems.add(Place.START, "", "the file cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** The document in these bytes; empty, with the reason among the problems, when it is not JSON. */
    public static Optional<JsonValue> parse(byte[] bytes, Problems problems) {
        if (bytes.length > MAX_BYTES) {
            problems.add(Place.START, "", "the file is larger than " + MAX_BYTES + " bytes");
            return Optional.empty();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return parse(text.startsWith("\uFEFF") ? text.substring(1) : text, problems);
        } catch (CharacterCodingException _) {
            problems.add(Place.START, "", "the text is not UTF-8");
            return Optional.empty();
        }
    }

    /**
     * Texts of a document's object itself, read no further than to the last of them: for those who list files. A name that
     * does not come before something goes wrong is left out.
     */
    public static Map<String, String> texts(Path file, Set<String> names) {
        var found = new HashMap<String, String>();
        try (var in = Files.newInputStream(file);
                JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (found.size() < names.size() && parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    if (parser.nextToken() == JsonToken.VALUE_STRING && names.contains(name)) {
                        found.putIfAbsent(name, parser.getString());
                    }
                    parser.skipChildren();
                }
            }
        } catch (IOException | JacksonException _) {
            // whoever opens the file is told
        }
        return found;
    }

    private static Optional<JsonValue> parse(String text, Problems problems) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                problems.add(Place.START, "", "the file is empty, expected a JSON object");
                return Optional.empty();
            }
            JsonValue document = value(parser, "", problems);
            if (parser.nextToken() != null) {
                problems.add(place(parser.currentTokenLocation()), "", "text after the end of the document");
            }
            problems.locateIn(document);
            return Optional.of(document);
        } catch (JacksonException e) {
            problems.add(place(e.getLocation()), "", "not JSON: " + firstLine(e.getOriginalMessage()));
            return Optional.empty();
        }
    }

    private static JsonValue value(JsonParser parser, String pointer, Problems problems) {
        Place place = place(parser.currentTokenLocation());
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, place, pointer, problems);
            case START_ARRAY -> array(parser, place, pointer, problems);
            case VALUE_STRING -> new JsonValue.Text(place, parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Num(place, parser.getString());
            case VALUE_TRUE -> new JsonValue.Flag(place, true);
            case VALUE_FALSE -> new JsonValue.Flag(place, false);
            case VALUE_NULL -> new JsonValue.Nothing(place);
            default -> throw new IllegalStateException("token " + token);
        };
    }

    private static JsonValue object(JsonParser parser, Place place, String pointer, Problems problems) {
        var members = new LinkedHashMap<String, JsonValue>();
        var names = new LinkedHashMap<String, Place>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Place at = place(parser.currentTokenLocation());
            parser.nextToken();
            String child = Pointers.child(pointer, name);
            JsonValue value = value(parser, child, problems);
            if (members.putIfAbsent(name, value) == null) {
                names.put(name, at);
            } else {
                problems.add(at, child, "'" + name + "' stands here a second time, expected it once");
            }
        }
        return new JsonValue.Obj(place, members, names);
    }

    private static JsonValue array(JsonParser parser, Place place, String pointer, Problems problems) {
        var elements = new ArrayList<JsonValue>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser, Pointers.child(pointer, elements.size()), problems));
        }
        return new JsonValue.Arr(place, elements);
    }

    private static Place place(TokenStreamLocation location) {
        return location == null
                ? Place.START
                : new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
